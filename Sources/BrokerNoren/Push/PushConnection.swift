import Engine
import JSONText
import NIOCore
import NIOWebSocket
import Synchronization
import Trading

/// Runs one push connection from the connect frame to its end.
struct PushConnection: Sendable {
    let channel: PushChannel
    let user: String
    let connectFrame: JSONValue
    let timing: NorenAccount.PushTiming
    let quotes: QuoteWatch
    /// When connecting began: the time to log in runs from there.
    let start: ContinuousClock.Instant
    let now: @Sendable () -> Timestamp
    let receive: @Sendable (PushEvent) async -> Void

    /// Says why it ended.
    func run() async -> String {
        do {
            return try await channel.executeThenClose { inbound, outbound in
                try await converse(
                    inbound,
                    Line(outbound: outbound, session: PushSession(user: user, instrument: quotes.instrument))
                )
            }
        } catch {
            return trouble(error)
        }
    }

    /// Whichever of these ends first ends the connection.
    private func converse(
        _ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
        _ line: Line
    ) async throws -> String {
        try await line.send(connectFrame)
        return try await withThrowingTaskGroup(of: String.self) { group in
            group.addTask { try await read(inbound, line) }
            group.addTask { try await beat(line) }
            group.addTask { try await watch(line) }
            group.addTask { try await askForQuotes(line) }
            defer { group.cancelAll() }
            return try await group.next() ?? "ended"
        }
    }

    private func read(_ inbound: NIOAsyncChannelInboundStream<WebSocketFrame>, _ line: Line) async throws -> String {
        line.isWaiting(true)
        for try await frame in inbound {
            line.isWaiting(false)
            switch frame.opcode {
            case .text, .binary:
                let text = Array(frame.unmaskedData.readableBytesView)
                if let end = try await perform(line.session { $0.received(text, at: now()) }, line) { return end }
            case .ping: try await line.send(.pong, frame.unmaskedData)
            case .connectionClose: return try await closed(frame.unmaskedData, line)
            default: break
            }
            line.isWaiting(true)
        }
        return Task.isCancelled ? "cancelled" : "the broker closed the connection"
    }

    private func closed(_ data: ByteBuffer, _ line: Line) async throws -> String {
        let code = data.getInteger(at: data.readerIndex, as: UInt16.self)
        try? await line.send(.connectionClose, data.getSlice(at: data.readerIndex, length: code == nil ? 0 : 2))
        return "the broker closed the connection" + (code.map { " (\($0))" } ?? "")
    }

    private func beat(_ line: Line) async throws -> String {
        while true {
            try await Task.sleep(for: timing.heartbeat)
            try await line.send(PushSession.heartbeat)
        }
    }

    /// Asks for what is watched, from the subscription on. Only the connection's end ends it.
    private func askForQuotes(_ line: Line) async throws -> String {
        while line.stage != .subscribed { try await Task.sleep(for: .milliseconds(10)) }
        let (number, asks) = quotes.connected()
        defer { quotes.disconnected(number) }
        for await keys in asks {
            for message in PushSession.asking(for: keys) { try await line.send(message) }
        }
        return "another connection has taken its place"
    }

    /// Ends a connection that takes too long to log in, or has fallen silent; settles an unacknowledged subscription.
    private func watch(_ line: Line) async throws -> String {
        let clock = ContinuousClock()
        var subscribing: ContinuousClock.Instant?
        while true {
            try await clock.sleep(for: min(timing.subscription, .milliseconds(250)))
            switch line.stage {
            case .connecting where clock.now - start >= timing.login: return "the broker did not take the session"
            case .connecting: break
            case .subscribing:
                let since = subscribing ?? clock.now
                subscribing = since
                guard clock.now - since >= timing.subscription else { break }
                _ = try await perform(line.session { $0.subscriptionGraceIsOver() }, line)
            case .subscribed: break
            }
            if let since = line.waitingSince, clock.now - since >= timing.silence {
                return "no message for \(timing.silence.inSeconds)"
            }
        }
    }

    /// A text where the steps end the connection.
    private func perform(_ steps: [PushSession.Step], _ line: Line) async throws -> String? {
        for step in steps {
            switch step {
            case .send(let message): try await line.send(message)
            case .deliver(let event): await receive(event)
            case .end(let why): return why
            }
        }
        return nil
    }
}

/// The sending side, and what reader and watcher share.
private final class Line: Sendable {
    private struct State {
        var session: PushSession
        var waitingSince: ContinuousClock.Instant?
    }

    private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    private let state: Mutex<State>

    init(outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>, session: PushSession) {
        self.outbound = outbound
        state = Mutex(State(session: session))
    }

    var stage: PushSession.Stage { state.withLock { $0.session.stage } }

    /// Since when the reader has been waiting for the next message; nil while one is being dealt with.
    var waitingSince: ContinuousClock.Instant? { state.withLock { $0.waitingSince } }

    func isWaiting(_ isWaiting: Bool) {
        state.withLock { $0.waitingSince = isWaiting ? .now : nil }
    }

    func session(_ change: (inout PushSession) -> [PushSession.Step]) -> [PushSession.Step] {
        state.withLock { change(&$0.session) }
    }

    func send(_ message: JSONValue) async throws {
        try await send(.text, ByteBuffer(bytes: message.utf8))
    }

    /// Clients mask what they send.
    func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer?) async throws {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data ?? ByteBuffer())
        try await outbound.write(frame)
    }
}
