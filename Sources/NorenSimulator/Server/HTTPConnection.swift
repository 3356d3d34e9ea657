import JSONText
import NIOCore
import NIOHTTP1

/// Serves one HTTP connection: requests one after another, until either side ends it.
struct HTTPConnection: Sendable {
    private static let bodyLimit = 1 << 20

    let channel: any Channel
    let simulation: Simulation
    let doors: Doors
    let servesControl: Bool

    private enum Next {
        case goOn
        /// No more requests are answered; the connection stays open until the client ends it.
        case silence
        case close
    }

    func serve(_ visitor: HTTPServerChannel) async throws {
        try await visitor.executeThenClose { inbound, _ in
            var head: HTTPRequestHead?
            var body = ByteBuffer()
            var isSilent = false
            for try await part in inbound where !isSilent {
                switch part {
                case .head(let received):
                    doors.setIdle(false, channel)
                    head = received
                    body.clear()
                case .body(var chunk):
                    body.writeBuffer(&chunk)
                    guard body.readableBytes <= Self.bodyLimit else {
                        return try await write(status: 413, type: "text/plain", [], close: true)
                    }
                case .end:
                    guard let request = head else { continue }
                    switch try await answer(request, Array(body.readableBytesView)) {
                    case .goOn: doors.setIdle(true, channel)
                    case .silence: isSilent = true
                    case .close: return
                    }
                }
            }
        }
    }

    private func answer(_ head: HTTPRequestHead, _ body: [UInt8]) async throws -> Next {
        let path = RequestPath(head.uri)
        if servesControl, let call = path.control {
            let answer = await simulation.control(call, Self.arguments(head, path, body))
            let close = !head.isKeepAlive || doors.isRefusing
            try await write(status: answer.status, type: "application/json", answer.body.utf8, close: close)
            return close ? .close : .goOn
        }
        if let page = path.page, head.method == .GET {
            guard let answer = await simulation.page(page, path.queryItems) else { return try await refuse(head, 404) }
            return try await perform(Answer(action: answer), head)
        }
        guard let endpoint = path.endpoint else { return try await refuse(head, 404) }
        guard head.method == .POST else { return try await refuse(head, 405) }
        let bearer = head.headers.first(name: "Authorization").flatMap { value in
            value.lowercased().hasPrefix("bearer ") ? String(value.dropFirst(7)) : nil
        }
        let request = NorenRequest(
            endpoint: endpoint,
            body: body,
            bearer: bearer,
            address: channel.remoteAddress?.ipAddress
        )
        guard let answer = await simulation.answer(request) else { return try await refuse(head, 404) }
        return try await perform(answer, head)
    }

    private func refuse(_ head: HTTPRequestHead, _ status: Int) async throws -> Next {
        try await write(status: status, type: "text/plain", [], close: !head.isKeepAlive)
        return head.isKeepAlive ? .goOn : .close
    }

    /// Writes the answer, then lets the pushes go that waited for it, also when writing fails.
    private func perform(_ answer: Answer, _ head: HTTPRequestHead) async throws -> Next {
        let result: Result<Next, any Error>
        do {
            if answer.delay > .zero { try await Task.sleep(for: answer.delay) }
            result = .success(try await write(answer.action, close: !head.isKeepAlive))
        } catch {
            result = .failure(error)
        }
        if let ticket = answer.ticket { await simulation.release(ticket) }
        return try result.get()
    }

    private func write(_ action: Answer.Action, close: Bool) async throws -> Next {
        switch action {
        case .reply(let reply):
            try await write(status: reply.status, type: "application/json", reply.body.utf8, close: close)
        case .raw(let status, let type, let bytes):
            try await write(status: status, type: type, bytes, close: close)
        case .redirect(let place):
            try await write(status: 302, type: "text/plain", [], close: close, more: ["Location": place])
        case .close:
            try await channel.close().get()
            return .close
        case .hang:
            return .silence
        }
        return close ? .close : .goOn
    }

    /// Returns when the bytes are with the kernel: pushes that follow come after them.
    private func write(status: Int, type: String, _ bytes: [UInt8], close: Bool, more: HTTPHeaders = [:]) async throws {
        var headers = HTTPHeaders([
            ("Content-Type", type), ("Content-Length", String(bytes.count)), ("Access-Control-Allow-Origin", "*"),
        ])
        headers.add(name: "Connection", value: close ? "close" : "keep-alive")
        headers.add(contentsOf: more)
        let head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: status),
            headers: headers
        )
        let body = ByteBuffer(bytes: bytes)
        // One visit to the channel's thread, not three.
        try await channel.eventLoop.flatSubmit { [channel] in
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
            return channel.writeAndFlush(HTTPServerResponsePart.end(nil))
        }
        .get()
    }

    /// A control call's arguments: the query of a GET, the JSON body of anything else; nil for a body that is no JSON.
    private static func arguments(_ head: HTTPRequestHead, _ path: RequestPath, _ body: [UInt8]) -> JSONValue? {
        guard head.method != .GET, !body.isEmpty else {
            return .object(path.queryItems.map { JSONMember($0.0, .string($0.1)) })
        }
        return try? JSONValue.parse(body)
    }
}
