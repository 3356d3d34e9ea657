import Engine
import Foundation
import StoreSQLite
import Synchronization
import Testing
import Trading

@testable import BrokerNoren

/// Sessions over a restart, with the real store.
struct SessionMemoryTests {
    private func withStore(_ body: (StoreSQLite, SessionMemory) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/sextant-session-\(UUID().uuidString.prefix(12))"
        let store = try StoreSQLite.open(path: folder + "/s.db")
        let seal = TokenSeal(secret: Array("a key of some length".utf8))
        try await body(store, SessionMemory(client: "one", vault: store, seal: seal))
        try store.close()
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `after a restart the token of today goes first, and no password is sent`() async throws {
        try await withStore { _, memory in
            try await ScriptedServer.run { _ in
                .answer(#"{"stat":"Ok"}"#)
            } _: {
                server in
                for _ in 0..<2 {
                    try await withBroker(.sample(port: server.port), memory: memory) { broker in
                        #expect(await broker.logIn() == .loggedIn)
                    }
                }
                let paths = server.requests.map { $0.path.split(separator: "/").last.map(String.init) ?? "" }
                #expect(paths == ["QuickAuth", "UserDetails"])
                #expect(server.requests.last?.body.hasSuffix("&jKey=t0ken") == true)
            }
        }
    }

    @Test func `a token that the broker ended is followed by a login`() async throws {
        try await withStore { _, memory in
            let expired = #"{"stat":"Not_Ok","emsg":"Session Expired :  Invalid Session Key"}"#
            try await ScriptedServer.run { _ in
                .answer(expired)
            } _: { server in
                for _ in 0..<2 {
                    try await withBroker(.sample(port: server.port), memory: memory) { broker in
                        #expect(await broker.logIn() == .loggedIn)
                    }
                }
                #expect(server.requests.count { $0.path.hasSuffix("QuickAuth") } == 2)
            }
        }
    }

    @Test func `a probe without an answer decides nothing`() async throws {
        try await withStore { _, memory in
            let isDown = Mutex(false)
            try await ScriptedServer.run { _ in
                isDown.withLock { $0 }
                    ? .answer("<html>", status: "502 Bad Gateway") : .answer(#"{"stat":"Ok"}"#)
            } _: { server in
                try await withBroker(.sample(port: server.port), memory: memory) { _ = await $0.logIn() }
                isDown.withLock { $0 = true }
                try await withBroker(.sample(port: server.port), memory: memory) { broker in
                    guard case .unreachable = await broker.logIn() else {
                        Issue.record("a gateway's page is no word about the session")
                        return
                    }
                    isDown.withLock { $0 = false }
                    #expect(await broker.logIn() == .loggedIn)
                }
                #expect(server.requests.count { $0.path.hasSuffix("QuickAuth") } == 1)
            }
        }
    }

    @Test func `a token from before six in the morning is not tried`() async throws {
        try await withStore { _, memory in
            try await ScriptedServer.run { _ in
                .answer(#"{"stat":"Ok"}"#)
            } _: {
                server in
                try await withBroker(.sample(port: server.port), memory: memory) { _ = await $0.logIn() }
                let tomorrow: @Sendable () -> Timestamp = { .sample + .seconds(86_400) }
                try await withBroker(.sample(port: server.port), memory: memory, now: tomorrow) { broker in
                    #expect(await broker.logIn() == .loggedIn)
                }
                #expect(server.requests.allSatisfy { $0.path.hasSuffix("QuickAuth") })
            }
        }
    }

    @Test func `a one-time code is not given away twice, also over a restart`() async throws {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        try await withStore { _, memory in
            let expired = #"{"stat":"Not_Ok","emsg":"Session Expired :  Invalid Session Key"}"#
            try await ScriptedServer.run { _ in
                .answer(expired)
            } _: { server in
                func logins() -> Int { server.requests.count { $0.path.hasSuffix("QuickAuth") } }
                var account = NorenAccount.sample(port: server.port)
                account.login = .quickAuth(.sample(.totp(secret)))
                try await withBroker(account, memory: memory) { _ = await $0.logIn() }
                #expect(logins() == 1)
                try await withBroker(account, memory: memory) { broker in
                    guard case .unreachable(let why) = await broker.logIn() else {
                        Issue.record("logged in")
                        return
                    }
                    #expect(why.contains("used already"))
                }
                #expect(logins() == 1)
                try await withBroker(account, memory: memory, now: { .sample + .seconds(30) }) { _ = await $0.logIn() }
                #expect(logins() == 2)
            }
        }
    }

    @Test func `the store never sees the token itself`() async throws {
        try await withStore { store, memory in
            try await ScriptedServer.run { _ in
                .close
            } _: { server in
                try await withBroker(.sample(port: server.port), memory: memory) { _ = await $0.logIn() }
            }
            let record = try #require(try await store.session(of: "one"))
            let sealed = try #require(record.token)
            #expect(!String(decoding: sealed, as: UTF8.self).contains("t0ken"))
            #expect(record.openedAt == .sample)
            #expect(try await store.session(of: "two") == nil)
        }
    }
}
