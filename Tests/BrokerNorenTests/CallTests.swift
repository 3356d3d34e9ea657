import Desk
import Engine
import Logging
import NIOSSL
import Synchronization
import Testing
import Trading

@testable import BrokerNoren

/// Calls over real sockets: what is proved not to have left, and what may have.
struct CallTests {
    private func isUnanswered(_ answer: PlaceAnswer) -> Bool { if case .unanswered = answer { true } else { false } }
    private func isNotSent(_ answer: PlaceAnswer) -> Bool { if case .notSent = answer { true } else { false } }

    /// Logs in at a server with this script, and places one order.
    private func place(
        _ change: @escaping (inout NorenAccount) -> Void = { _ in },
        _ script: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reaction
    ) async throws -> (answer: PlaceAnswer, calls: [ScriptedServer.Request]) {
        try await ScriptedServer.run(script) { server in
            var account = NorenAccount.sample(port: server.port)
            change(&account)
            return try await withBroker(account) { broker in
                #expect(await broker.logIn() == .loggedIn)
                return (await broker.place(.sample()), server.calls)
            }
        }
    }

    @Test func `an order goes out once, as plain text, and its number comes back`() async throws {
        let (answer, calls) = try await place { _ in .answer(#"{"stat":"Ok","norenordno":"26112000000017"}"#) }
        #expect(answer == .accepted("26112000000017"))
        #expect(calls.count == 1 && calls.first?.path == "/NorenWClientTP/PlaceOrder")
        #expect(calls.first?.head.hasPrefix("POST ") == true)
        #expect(calls.first?.head.contains("Content-Type: text/plain") == true)
        #expect(calls.first?.body.hasPrefix(#"jData={"ordersource":"API""#) == true)
        #expect(calls.first?.body.hasSuffix("}&jKey=t0ken") == true)
    }

    @Test func `a refusal is read under any status`() async throws {
        let (answer, _) = try await place { _ in
            .answer(#"{"stat":"Not_Ok","emsg":"Invalid Input :  Invalid Disc Qty"}"#, status: "400 Bad Request")
        }
        #expect(answer == .refused("Invalid Input :  Invalid Disc Qty", sessionExpired: false))
    }

    @Test(
        arguments: [
            .close, .reset, .bytes("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"stat\":", thenClose: true),
            .bytes("no HTTP at all\r\n\r\n", thenClose: true), .answer("<html>", status: "502 Bad Gateway"),
            .answer("", status: "200 OK"), .answer("{}", status: "307 Temporary\r\nLocation: /elsewhere"),
            .answer(String(repeating: " ", count: 65_537)),
        ] as [ScriptedServer.Reaction]
    )
    func `an order that reached the server and got no answer is unanswered, and never sent again`(
        reaction: ScriptedServer.Reaction
    ) async throws {
        let (answer, calls) = try await place { _ in reaction }
        #expect(isUnanswered(answer), "\(answer)")
        #expect(calls.count == 1)
    }

    @Test(
        arguments: [
            .hang, .bytes("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"stat\":", thenClose: false),
        ] as [ScriptedServer.Reaction]
    )
    func `an answer that does not come, or not to its end, is waited for so long and no longer`(
        reaction: ScriptedServer.Reaction
    ) async throws {
        let start = ContinuousClock.now
        let (answer, _) = try await place {
            $0.orderTimeout = .seconds(1)
        } _: { _ in
            reaction
        }
        #expect(answer == .unanswered("no answer within 1s"))
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func `an answer of 5 MB is no answer to an order or a login, and a book like any other`() async throws {
        let row = Rows.order.replacing("\n", with: "")
        let count = 5_000_000 / row.utf8.count + 1
        let rows = (0..<count).map { row.replacing("26112000000041", with: String(26_112_000_000_000 + $0)) }
        let book = "[" + rows.joined(separator: ",") + "]"
        #expect(book.utf8.count > 5_000_000)
        let (answer, calls) = try await place { _ in .answer(book) }
        #expect(isUnanswered(answer), "\(answer)")
        #expect(calls.count == 1)
        let spaces = String(repeating: " ", count: 5_000_000)
        let (padded, _) = try await place { _ in .answer(#"{"stat":"Ok","norenordno":"1"}"# + spaces) }
        #expect(isUnanswered(padded), "\(padded)")
        try await withSession(script: { _ in .answer(book) }) { broker, _ in
            let read = await broker.orderBook()
            #expect(read.rows?.count == count)
            #expect(read.rows?.last?.brokerOrderID == BrokerOrderID(String(26_112_000_000_000 + count - 1)))
            #expect(await broker.cancel("1") == .unanswered("an answer of more than 65536 bytes"))
        }
        try await withSession(script: { _ in .answer(String(book.dropLast(700)) + spaces) }) { broker, _ in
            #expect(await broker.orderBook().failure?.kind == .garbled)
        }
    }

    @Test func `a refused connection proves that nothing left`() async throws {
        try await withSession { broker, server in
            await server.stopListening()
            let answer = await broker.place(.sample())
            #expect(isNotSent(answer), "\(answer)")
            #expect(server.calls.isEmpty)
            #expect(await broker.orderBook().failure?.kind == .unreachable)
            guard case .unreachable = await broker.logIn() else {
                Issue.record("logged in at nobody")
                return
            }
        }
    }

    @Test func `a name that leads nowhere proves that nothing left`() async throws {
        let lane = Lane(connections: 1, connectTimeout: .seconds(2), tls: .makeClientConfiguration())
        let outcome = await lane.post("http://no-such-host.invalid/x", within: .seconds(5))
        await lane.shutDown()
        guard case .notSent = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test(arguments: [.hang, .close, .bytes("HTTP/1.1 200 OK\r\n\r\n", thenClose: true)] as [ScriptedServer.Reaction])
    func `a failed TLS handshake proves that nothing left`(reaction: ScriptedServer.Reaction) async throws {
        try await RawServer.run(reaction) { port in
            let lane = Lane(connections: 1, connectTimeout: .milliseconds(500), tls: .makeClientConfiguration())
            let outcome = await lane.post("https://127.0.0.1:\(port)/x", within: .seconds(5))
            await lane.shutDown()
            guard case .notSent = outcome else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test func `a certificate that is not trusted proves that nothing left`() async throws {
        try await ScriptedServer.run(tls: LocalCertificate.server(), { _ in .answer("x") }) { server in
            let lane = Lane(connections: 1, connectTimeout: .seconds(5), tls: .makeClientConfiguration())
            let outcome = await lane.post("https://localhost:\(server.port)/x", within: .seconds(5))
            await lane.shutDown()
            #expect(outcome == .notSent("TLS failed"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `calls go over TLS`() async throws {
        try await ScriptedServer.run(
            tls: LocalCertificate.server(),
            { _ in .answer(#"{"stat":"Ok","norenordno":"7"}"#) }
        ) {
            server in
            let account = NorenAccount.sample(port: server.port, scheme: "s", host: "localhost")
            try await withBroker(account, tls: LocalCertificate.client()) { broker in
                #expect(await broker.logIn() == .loggedIn)
                #expect(await broker.place(.sample()) == .accepted("7"))
            }
        }
    }

    @Test func `an address that is no URL proves that nothing left`() async throws {
        let lane = Lane(connections: 1, connectTimeout: .seconds(2), tls: .makeClientConfiguration())
        let outcome = await lane.post("nonsense", within: .seconds(5))
        await lane.shutDown()
        guard case .notSent = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }

    @Test func `an order that waits for a connection and is cancelled was not sent`() async throws {
        try await withSession { broker, server in
            let holders = (0..<4).map { _ in Task { await broker.place(.sample()) } }
            try await eventually { server.calls.count == 4 }
            let waiting = Task { await broker.place(.sample()) }
            // Exits have connections of their own.
            let exit = Task { await broker.place(.sample { $0.reduces = true }) }
            try await eventually { server.calls.count == 5 }
            waiting.cancel()
            let answer = await waiting.value
            #expect(isNotSent(answer), "\(answer)")
            for holder in holders + [exit] {
                holder.cancel()
                let answer = await holder.value
                #expect(isUnanswered(answer), "\(answer)")
            }
            #expect(server.calls.count == 5)
        }
    }

    @Test func `an order that waits too long for a connection was not sent`() async throws {
        try await ScriptedServer.run({ _ in .hang }) { server in
            let lane = Lane(connections: 1, connectTimeout: .seconds(5), tls: .makeClientConfiguration())
            let url = "http://127.0.0.1:\(server.port)/x"
            let holder = Task { await lane.post(url, within: .seconds(60)) }
            try await eventually { server.calls.count == 1 }
            let waiting = await lane.post(url, within: .milliseconds(200))
            #expect(waiting == .notSent("no connection within 0.2s"))
            holder.cancel()
            #expect(await holder.value == .lost("cancelled"))
            await lane.shutDown()
            #expect(server.calls.count == 1)
        }
    }

    @Test func `an order whose task is cancelled already is not sent`() async throws {
        try await withSession(script: { _ in .answer(#"{"stat":"Ok","norenordno":"7"}"#) }) { broker, server in
            // A connection is at hand: the order could leave at once.
            #expect(await broker.place(.sample()) == .accepted("7"))
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return await broker.place(.sample())
            }
            task.cancel()
            #expect(await task.value == .notSent("cancelled"))
            #expect(server.calls.count == 1)
        }
    }

    @Test func `every kind of call ends promptly when its task is cancelled`() async throws {
        let calls: [@Sendable (BrokerNoren) async -> Void] = [
            { _ = await $0.place(.sample()) }, { _ = await $0.cancel("1") }, { _ = await $0.orderBook() },
            { _ = await $0.tradeBook() }, { _ = await $0.positionBook() },
        ]
        for call in calls {
            try await withSession { broker, server in
                let task = Task { await call(broker) }
                try await eventually { server.calls.count == 1 }
                let start = ContinuousClock.now
                task.cancel()
                await task.value
                #expect(ContinuousClock.now - start < .seconds(8))
            }
        }
    }

    @Test func `a connection that the server closed while it was idle is not used again`() async throws {
        let answer = #"{"stat":"Ok","norenordno":"7"}"#
        let bytes = "HTTP/1.1 200 OK\r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)"
        try await withSession(script: { _ in .bytes(bytes, thenClose: true) }) { broker, server in
            for count in 1...20 {
                let answer = await broker.place(.sample())
                // Sent on a connection that is just being closed, it may have arrived; or it was proved not to.
                #expect(answer == .accepted("7") || isUnanswered(answer) || isNotSent(answer))
                if case .accepted = answer { #expect(server.calls.count <= count) }
            }
            #expect(server.calls.count <= 20)
        }
    }

    @Test func `without a session nothing is sent`() async throws {
        try await ScriptedServer.run({ _ in .hang }) { server in
            try await withBroker(.sample(port: server.port)) { broker in
                #expect(await broker.place(.sample()) == .notSent("no session"))
                #expect(await broker.cancel("1") == .notSent("no session"))
                #expect(await broker.orderBook().failure?.kind == .sessionExpired)
                #expect(await broker.tradeBook().failure?.kind == .sessionExpired)
                #expect(await broker.positionBook().failure?.kind == .sessionExpired)
                #expect(await broker.listen { _ in } == "no session")
                #expect(server.requests.isEmpty)
            }
        }
    }

    @Test func `what is in flight at the end is unanswered, what comes after it is not sent`() async throws {
        try await withSession { broker, server in
            let flying = Task { await broker.place(.sample()) }
            try await eventually { server.calls.count == 1 }
            await broker.shutDown()
            let answer = await flying.value
            #expect(isUnanswered(answer), "\(answer)")
            let late = await broker.place(.sample())
            #expect(isNotSent(late), "\(late)")
            #expect(await broker.listen { _ in } == "shut down")
            #expect(server.calls.count == 1)
        }
    }

    @Test func `no secret and no answer is logged`() async throws {
        let log = LogLines()
        let logger = Logger(label: "test") { _ in log }
        try await ScriptedServer.run({ _ in .answer(#"{"stat":"Not_Ok","emsg":"private"}"#) }) { server in
            try await withBroker(.sample(port: server.port), logger: logger) { broker in
                #expect(await broker.logIn() == .loggedIn)
                _ = await broker.place(.sample())
                _ = await broker.orderBook()
            }
        }
        let text = log.text
        #expect(text.contains("PlaceOrder"))
        for secret in ["t0ken", "Secret@1", "api-secret", "123456", "private", "jData"] {
            #expect(!text.contains(secret))
        }
    }

    /// A logged-in broker at a server that answers nothing else unless told to.
    private func withSession(
        _ change: (inout NorenAccount) -> Void = { _ in },
        script: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reaction = { _ in .hang },
        _ body: (BrokerNoren, ScriptedServer) async throws -> Void
    ) async throws {
        try await ScriptedServer.run(script) { server in
            var account = NorenAccount.sample(port: server.port)
            change(&account)
            try await withBroker(account) { broker in
                #expect(await broker.logIn() == .loggedIn)
                try await body(broker, server)
            }
        }
    }
}

/// Keeps every line at every level.
private struct LogLines: LogHandler {
    private final class Store: Sendable { let lines = Mutex<[String]>([]) }

    private let store = Store()
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    var text: String { store.lines.withLock { $0.joined(separator: "\n") } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        store.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
    }
}
