import Engine
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Trading

/// `GET /v1/stream`: Server-Sent Events of everything that becomes durable. `Last-Event-ID` goes on behind that event.
struct StreamRoute: Sendable {
    let engine: Engine
    let feed: LiveFeed

    /// How far the times of what one process told may lie apart from their order.
    private static let leeway: Duration = .seconds(60)

    func open(_ request: Request, _ context: GatewayContext, _ caller: Caller) throws -> Response {
        let clients = try caller.clients(named: try QueryFields(request)["client"])
        var position: StreamPosition?
        if let text = request.headers[Self.lastEventID] {
            guard let known = StreamPosition(text) else {
                throw APIProblem.badRequest("Last-Event-ID must be the id of an event of this stream")
            }
            position = known
        }
        if feed.isFull {
            throw APIProblem(
                status: .serviceUnavailable,
                title: "Service Unavailable",
                detail: "\(LiveFeed.mostReaders) readers are the most that the stream takes",
                field: nil
            )
        }
        let channel = context.channel
        let after = position
        let body = ResponseBody { writer in
            // A connection whose reader is too slow is closed, whatever is being written to it.
            guard let reader = feed.join(Set(clients), after: after, close: { channel.close(promise: nil) }) else {
                try await writer.finish(nil)
                return
            }
            defer { feed.leave(reader.id) }
            if let after, !reader.isComplete {
                for bytes in try await missed(since: after, reader.position, clients) { try await writer.write(bytes) }
            }
            let hello = StreamEvent.hello.bytes(#"{"retry_ms":1000}"#, reader.position)
            if after == nil || !reader.isComplete {
                try await writer.write(ByteBuffer(string: "retry: 1000\n"))
                try await writer.write(hello)
            }
            for await bytes in reader.events { try await writer.write(bytes) }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store",
                // Proxies pass it on as it comes.
                Self.buffering: "no",
            ],
            body: body
        )
    }

    /// Orders that changed since, as they are now, whichever process told of them last; and word that other things may have.
    private func missed(
        since position: StreamPosition,
        _ current: StreamPosition,
        _ clients: [ClientID]
    ) async throws -> [ByteBuffer] {
        var found: [ByteBuffer] = []
        for client in clients {
            guard let archive = await engine.archive(of: client) else { continue }
            for record in try await archive.orders(changedSince: position.at - Self.leeway) {
                found.append(StreamEvent.order.bytes(OrderReceipt(record).json.text, position))
            }
        }
        found.append(StreamEvent.reload.bytes(#"{"reason":"the stream began anew"}"#, current))
        return found
    }

    private static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .ifMatch
    private static let buffering = HTTPField.Name("X-Accel-Buffering") ?? .via
}
