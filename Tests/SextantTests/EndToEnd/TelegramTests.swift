import BotAPIServer
import Foundation
import GRDB
import JSONText
import NIOHTTP1
import Testing
import Trading

/// Notifications on the real binary, told by a server that behaves as Telegram's does.
@Suite(.serialized) struct TelegramTests {
    private func run(
        chats: Set<Int64> = [42, 43],
        _ settings: Sandbox.Settings = Sandbox.Settings(),
        _ body: (Sandbox, BotAPIServer) async throws -> Void
    ) async throws {
        let now = { @Sendable in Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) }
        try await BotAPIServer.run(chats: chats, now: now) { bot in
            var settings = settings
            settings.telegram = bot.address
            let sandbox = try await Sandbox(settings)
            defer { sandbox.end() }
            try await body(sandbox, bot)
        }
    }

    private func halt(_ server: RunningServer, _ strategy: String) async throws {
        let body: JSONValue = ["scope": "strategy", "name": .string(strategy), "reason": "<b>a & b</b>"]
        let headers = [("Authorization", "Bearer \(Sandbox.key)")]
        #expect(try await server.send(.POST, "/v1/halt", body.utf8, headers: headers).status == 200)
    }

    @Test func `kill -9 between event and delivery loses no notification`() async throws {
        try await run { sandbox, bot in
            for round in 0..<4 {
                // The first lives are told nothing; the others are killed at some moment of telling.
                bot.feel { round < 2 ? .silent : .answering }
                let server = try await RunningServer.start(sandbox)
                defer { server.kill() }
                try await server.untilReady()
                for number in 0..<3 { try await halt(server, "r\(round)n\(number)") }
                if round > 1 { try await Task.sleep(for: .milliseconds(400 * (round - 1))) }
                server.kill()
            }
            bot.feel { .answering }
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await eventually("all were told") {
                (0..<4).allSatisfy { round in
                    (0..<3).allSatisfy { number in bot.messages.contains { $0.text.contains("r\(round)n\(number)") } }
                }
            }
            #expect(try await server.terminate() == 0)
            let told = try await DatabaseQueue(path: sandbox.folder + "/sextant.db").read { db in
                try Int.fetchOne(
                    db,
                    sql: "SELECT count(*) FROM notifications WHERE severity = 'critical' AND delivered_at IS NOT NULL"
                )
            }
            #expect(told == 12)
            #expect(bot.messages.contains { $0.text.contains("<b>a & b</b>") })
            #expect(bot.messages.allSatisfy { $0.isHTML && $0.chat == 42 })
            #expect(!server.log.contains(BotAPIServer.key))
        }
    }

    @Test func `orders go their way while Telegram hangs, and it is told of later`() async throws {
        try await run { sandbox, bot in
            bot.feel { .silent }
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await server.untilReady()
            try await halt(server, "H")
            let entry = try await server.post(Alerts.entry("S"))
            try await server.until(entry.ids.first ?? "", is: "filled")
            let exit = try await server.post(Alerts.exit("S"))
            try await server.until(exit.ids.first ?? "", is: "filled")
            #expect(bot.messages.isEmpty)
            bot.feel { .answering }
            // The call that hangs is given up after its 15 s.
            try await eventually("it is told") {
                bot.messages.contains { $0.text.contains("strategy H") }
                    && bot.messages.contains { $0.text.contains("EXIT SELL 10 NSE:ACC-EQ I of S filled at") }
            }
            #expect(try await server.terminate() == 0)
        }
    }

    @Test func `a login that the broker refuses is told of`() async throws {
        var settings = Sandbox.Settings()
        settings.password = "another"
        try await run(settings) { sandbox, bot in
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await eventually("it is told") {
                bot.messages.contains { $0.text.contains("SESSION LOST") && $0.text.contains("sextant login") }
            }
        }
    }

    @Test func `two clients on one server: neither's chat hears of the other`() async throws {
        var settings = Sandbox.Settings()
        settings.others = [Sandbox.Neighbour(id: "FA00002", secret: "the-secret-of-another", key: "the-key-of-another")]
        try await run(settings) { sandbox, bot in
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await server.untilReady()
            try await halt(server, "mine")
            let body: JSONValue = ["scope": "strategy", "name": "theirs", "reason": "x"]
            let headers = [("Authorization", "Bearer the-key-of-another")]
            #expect(try await server.send(.POST, "/v1/halt", body.utf8, headers: headers).status == 200)
            try await eventually("both were told") {
                bot.messages.contains { $0.text.contains("mine") }
                    && bot.messages.contains { $0.text.contains("theirs") }
            }
            for message in bot.messages {
                #expect(message.text.contains("FA00002") == (message.chat == 43))
                #expect(message.text.contains("FA00001") == (message.chat == 42))
                #expect(!message.text.contains(message.chat == 42 ? "theirs" : "mine"))
            }
        }
    }
}
