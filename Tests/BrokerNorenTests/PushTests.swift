import Desk
import Engine
import JSONText
import NIOCore
import NIOSSL
import NIOWebSocket
import Synchronization
import Testing
import Trading

@testable import BrokerNoren

/// Push over real sockets.
struct PushTests {
    @Test func `the session is shown first, then the subscription; only then it is connected`() async throws {
        try await ScriptedPush.run({ connection in
            var frames = connection.frames.makeAsyncIterator()
            _ = await frames.next()
            try await connection.send(#"{"t":"ck","uid":"FA00001","s":"OK"}"#)
            _ = await frames.next()
            try await connection.send(#"{"t":"ok"}"#)
            try await connection.send(OrderMessageTests.message)
            try await connection.send("nonsense")
            await connection.untilClosed()
        }) { server in
            try await listening(to: server) { events, _ in
                try await eventually { events.all.count == 3 }
                #expect(events.all.first == .connected)
                guard case .report(let report) = events.all[1], case .unreadable = events.all[2] else {
                    Issue.record("\(events.all)")
                    return
                }
                #expect(report.brokerOrderID == "26112000000017")
                let connect = #"{"t":"c","uid":"FA00001","actid":"FA00001","susertoken":"t0ken","source":"API"}"#
                #expect(server.received.map(\.text) == [connect, #"{"t":"o","actid":"FA00001"}"#])
                #expect(!server.received.contains { !$0.isMasked })
            }
        }
    }

    @Test func `a broker that never acknowledges the subscription is connected after a while`() async throws {
        try await ScriptedPush.run({ connection in
            try await connection.send(#"{"t":"ck","s":"OK"}"#)
            await connection.untilClosed()
        }) { server in
            try await listening(to: server, { $0.subscription = .milliseconds(100) }) { events, _ in
                try await eventually { events.all == [.connected] }
            }
        }
    }

    @Test func `a refused session is never connected`() async throws {
        try await ScriptedPush.run({ connection in
            try await connection.send(#"{"t":"ck","uid":"FA00001","s":"NOT_OK"}"#)
            await connection.untilClosed()
        }) { server in
            try await listening(to: server) { events, end in
                #expect(await end.value == "the broker refused the session: NOT_OK")
                #expect(events.all.isEmpty)
            }
        }
    }

    @Test func `a broker that answers nothing is given up`() async throws {
        try await ScriptedPush.run({ await $0.untilClosed() }) { server in
            try await listening(to: server, { $0.login = .seconds(1) }) { events, end in
                #expect(await end.value == "the broker did not take the session")
                #expect(events.all.isEmpty)
            }
        }
    }

    @Test func `a server that takes connections and no WebSockets is given up`() async throws {
        try await ScriptedServer.run({ _ in .hang }) { server in
            var account = NorenAccount.sample(port: server.port)
            account.push.login = .milliseconds(300)
            try await withBroker(account) { broker in
                _ = await broker.logIn()
                #expect(await broker.listen { _ in }.contains("no WebSocket within"))
            }
        }
    }

    @Test func `a server that refuses WebSockets says so`() async throws {
        try await ScriptedServer.run({ _ in .answer("<html>", status: "502 Bad Gateway") }) { server in
            try await withBroker(.sample(port: server.port)) { broker in
                _ = await broker.logIn()
                let why = await broker.listen { _ in }
                #expect(why.contains("refused the WebSocket"), "\(why)")
            }
        }
    }

    @Test func `nobody there is said at once`() async throws {
        try await ScriptedServer.run({ _ in .hang }) { server in
            try await withBroker(.sample(port: server.port)) { broker in
                _ = await broker.logIn()
                await server.stopListening()
                let why = await broker.listen { _ in }
                #expect(why.contains("refused"), "\(why)")
            }
        }
    }

    @Test func `an evicted connection ends with the broker's code`() async throws {
        try await ScriptedPush.run({ connection in
            try await connection.accept()
            try await connection.send(.connectionClose, [0x03, 0xE8])
            await connection.untilClosed()
        }) { server in
            try await listening(to: server) { events, end in
                #expect(await end.value == "the broker closed the connection (1000)")
                #expect(events.all == [.connected])
            }
        }
    }

    @Test func `a connection that breaks off ends`() async throws {
        try await ScriptedPush.run({ try await $0.accept() }) { server in
            try await listening(to: server) { _, end in
                #expect(await !end.value.isEmpty)
            }
        }
    }

    @Test func `a ping is answered with its own payload, and heartbeats go out`() async throws {
        try await ScriptedPush.run({ connection in
            try await connection.accept()
            try await connection.send(.ping, Array("abc".utf8))
            await connection.untilClosed()
        }) { server in
            try await listening(to: server, { $0.heartbeat = .milliseconds(50) }) { _, _ in
                try await eventually {
                    server.received.contains { $0.opcode == .pong && $0.text == "abc" && $0.isMasked }
                        && server.received.filter { $0.text == #"{"t":"h"}"# }.count >= 2
                }
            }
        }
    }

    @Test func `silence ends the connection`() async throws {
        try await ScriptedPush.run({ connection in
            try await connection.accept()
            await connection.untilClosed()
        }) { server in
            try await listening(to: server, { $0.silence = .milliseconds(300) }) { events, end in
                #expect(await end.value == "no message for 0.3s")
                #expect(events.all == [.connected])
            }
        }
    }

    @Test func `a listener that takes its time is not taken for silence`() async throws {
        try await ScriptedPush.run({ connection in
            try await connection.accept()
            try await connection.send(OrderMessageTests.message)
            await connection.untilClosed()
        }) { server in
            let gate = AsyncStream.makeStream(of: Void.self)
            let events = Events()
            try await withAccount(server, { $0.silence = .milliseconds(300) }) { broker in
                let end = Task {
                    await broker.listen { event in
                        if case .report = event { for await _ in gate.stream { break } }
                        events.add(event)
                    }
                }
                let start = ContinuousClock.now
                try await eventually { ContinuousClock.now - start > .milliseconds(700) }
                gate.continuation.yield()
                try await eventually { events.all.count == 2 }
                #expect(await end.value == "no message for 0.3s")
            }
        }
    }

    @Test func `a message above 1 MiB ends the connection`() async throws {
        try await ScriptedPush.run({ connection in
            try await connection.accept()
            try await connection.send(String(repeating: " ", count: 1 << 20 + 1))
            await connection.untilClosed()
        }) { server in
            try await listening(to: server) { events, end in
                #expect(await !end.value.isEmpty)
                #expect(events.all.allSatisfy { $0 == .connected })
            }
        }
    }

    @Test func `listening ends promptly when its task is cancelled`() async throws {
        try await ScriptedPush.run({ connection in
            try await connection.accept()
            await connection.untilClosed()
        }) { server in
            try await listening(to: server) { events, end in
                try await eventually { events.all == [.connected] }
                let start = ContinuousClock.now
                end.cancel()
                _ = await end.value
                #expect(ContinuousClock.now - start < .seconds(8))
            }
        }
    }

    @Test func `connecting ends promptly when its task is cancelled`() async throws {
        try await ScriptedServer.run({ _ in .hang }) { server in
            try await withBroker(.sample(port: server.port)) { broker in
                _ = await broker.logIn()
                let end = Task { await broker.listen { _ in } }
                try await eventually { server.connections == 2 }
                let start = ContinuousClock.now
                end.cancel()
                #expect(await end.value == "cancelled")
                #expect(ContinuousClock.now - start < .seconds(8))
            }
        }
    }

    @Test func `shutting down ends the listening`() async throws {
        try await ScriptedPush.run({ connection in
            try await connection.accept()
            await connection.untilClosed()
        }) { server in
            let events = Events()
            try await withAccount(server) { broker in
                let end = Task { await broker.listen { events.add($0) } }
                try await eventually { events.all == [.connected] }
                await broker.shutDown()
                #expect(await !end.value.isEmpty)
            }
        }
    }

    @Test func `push goes over TLS, to a server that is trusted only`() async throws {
        let script: @Sendable (ScriptedPush.Connection) async throws -> Void = { connection in
            try await connection.accept()
            await connection.untilClosed()
        }
        try await ScriptedPush.run(tls: LocalCertificate.server(), script) { server in
            let address = try #require(PushAddress("wss://localhost:\(server.port)/"))
            let trusting = try PushSocket(address, tls: LocalCertificate.client())
            let channel = try await trusting.open(connectTimeout: .seconds(5), within: .seconds(5))
            trusting.close()
            try? await channel.executeThenClose { _, _ in }
            let doubting = try PushSocket(address, tls: .makeClientConfiguration())
            await #expect(throws: (any Error).self) {
                try await doubting.open(connectTimeout: .seconds(5), within: .seconds(5))
            }
        }
    }

    /// Logs in at one server and listens to another; what is still listening at the end is cancelled.
    private func listening(
        to server: ScriptedPush,
        _ change: @escaping (inout NorenAccount.PushTiming) -> Void = { _ in },
        _ body: (Events, Task<String, Never>) async throws -> Void
    ) async throws {
        let events = Events()
        try await withAccount(server, change) { broker in
            let end = Task { await broker.listen { events.add($0) } }
            defer { end.cancel() }
            try await body(events, end)
            end.cancel()
            _ = await end.value
        }
    }

    private func withAccount(
        _ push: ScriptedPush,
        _ change: (inout NorenAccount.PushTiming) -> Void = { _ in },
        _ body: (BrokerNoren) async throws -> Void
    ) async throws {
        try await ScriptedServer.run({ _ in .hang }) { server in
            var account = NorenAccount.sample(port: server.port)
            account.websocket = "ws://127.0.0.1:\(push.port)/NorenWSTP/"
            change(&account.push)
            try await withBroker(account) { broker in
                #expect(await broker.logIn() == .loggedIn)
                try await body(broker)
            }
        }
    }
}

/// What a listener was told.
final class Events: Sendable {
    private let store = Mutex<[PushEvent]>([])

    var all: [PushEvent] { store.withLock { $0 } }
    func add(_ event: PushEvent) { store.withLock { $0.append(event) } }
}
