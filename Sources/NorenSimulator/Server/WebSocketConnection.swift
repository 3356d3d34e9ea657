import NIOCore
import NIOWebSocket

/// Serves one WebSocket: messages in to the simulation, its items out, until either side ends it.
struct WebSocketConnection: Sendable {
    let simulation: Simulation

    func serve(_ visitor: WebSocketChannel) async throws {
        let (items, continuation) = AsyncStream.makeStream(
            of: PushLine.Item.self,
            bufferingPolicy: .bufferingOldest(PushLine.capacity)
        )
        let line = PushLine(continuation: continuation)
        let socket = await simulation.connected(line)
        defer { continuation.finish() }
        do {
            try await visitor.executeThenClose { inbound, outbound in
                try await withThrowingTaskGroup { group in
                    group.addTask { try await write(items, of: visitor, to: outbound) }
                    group.addTask { try await read(inbound, line, socket) }
                    // Reading ends when the client is gone and ends writing too. Writing ends with our close frame,
                    // which a client may answer: closing on top of unread bytes would reset the connection.
                    _ = try await group.next()
                    group.addTask { try? await Task.sleep(for: .seconds(1)) }
                    _ = try await group.next()
                    group.cancelAll()
                }
            }
        } catch {
            await simulation.disconnected(socket)
            throw error
        }
        await simulation.disconnected(socket)
    }

    private func write(
        _ items: AsyncStream<PushLine.Item>,
        of visitor: WebSocketChannel,
        to outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    )
        async throws
    {
        for await item in items {
            switch item {
            case .texts(let texts):
                try await outbound.write(contentsOf: texts.map { frame(.text, ByteBuffer(bytes: $0)) })
            case .pong(let payload):
                try await outbound.write(frame(.pong, ByteBuffer(bytes: payload)))
            case .close(let code):
                try await outbound.write(frame(.connectionClose, ByteBuffer(integer: code)))
                return
            case .drop:
                return try await visitor.channel.close()
            }
        }
    }

    private func read(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        _ line: PushLine,
        _ socket: Int
    )
        async throws
    {
        for try await frame in inbound {
            switch frame.opcode {
            case .text: await simulation.received(Array(frame.unmaskedData.readableBytesView), on: socket)
            case .ping: line.send(.pong(Array(frame.unmaskedData.readableBytesView)))
            case .connectionClose: return line.close()
            default: break
            }
        }
        line.continuation.finish()
    }

    private func frame(_ opcode: WebSocketOpcode, _ data: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, data: data)
    }
}
