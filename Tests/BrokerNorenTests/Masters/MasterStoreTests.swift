import Foundation
import Synchronization
import TestSupport
import Testing
import Trading

@testable import BrokerNoren

/// Against a real server on a socket and a real folder.
@Suite struct MasterStoreTests {
    private static let exchanges: [Exchange] = ["NSE", "NFO"]

    private static func zip(_ exchange: Exchange, count: Int = 50) -> [UInt8] {
        var sample = ZipSample(MasterText.generated(exchange, count: count))
        sample.name = "\(exchange)_symbols.txt"
        return sample.bytes
    }

    private static func good(_ request: ScriptedServer.Request) -> ScriptedServer.Reaction {
        exchanges.first { request.path == "/masters/\($0)_symbols.txt.zip" }.map { .file(zip($0)) }
            ?? .answer("", status: "404 Not Found")
    }

    /// A store in a folder of its own, for a server that reacts by `script`.
    private func withStore(
        _ script: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reaction,
        _ body: (MasterStore, ScriptedServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/masters-test-\(UUID().uuidString.prefix(12))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await ScriptedServer.run(script) { server in
            let url = "http://127.0.0.1:\(server.port)/masters"
            let source = MasterSource(url: url, layout: .zips, exchanges: Self.exchanges)
            try await body(MasterStore(source, in: folder), server)
        }
    }

    private func flaw(_ store: MasterStore, at time: Timestamp = .sample) async -> MasterFlaw? {
        do throws(MasterFlaw) {
            _ = try await store.sync(at: time)
            return nil
        } catch {
            return error
        }
    }

    private func sets(_ store: MasterStore) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: store.folder).filter { $0.hasPrefix("2026") }.sorted()
    }

    @Test func `a sync brings every exchange's contracts, and its date`() async throws {
        try await withStore(Self.good) { store, _ in
            #expect(try store.current() == nil)
            let set = try await store.sync(at: .sample)
            #expect(set.contracts == 100)
            #expect(set.day.number == 20_261_120)
            let stored = try #require(try store.current())
            #expect(stored == set)
            let table = try store.contracts(of: stored)
            for exchange in Self.exchanges {
                let contract = GeneratedContracts.contract(7, on: exchange)
                #expect(table.contract(contract.instrument) == contract)
            }
        }
    }

    @Test(arguments: ["truncated", "damaged", "missing column", "empty", "bomb", "404", "html", "closed", "cut short"])
    func `when one file is wrong nothing changes and the last good set stays`(wrong: String) async throws {
        let turn = Turn()
        try await withStore({ request in
            guard turn.isSecond, request.path.contains("NFO") else { return Self.good(request) }
            return Self.reaction(wrong)
        }) { store, _ in
            let first = try await store.sync(at: .sample)
            turn.next()
            let flaw = try #require(await flaw(store, at: .sample + .seconds(86_400)))
            #expect(flaw.file == "NFO_symbols.txt.zip", "\(flaw)")
            #expect(flaw.kind == Self.kind(wrong), "\(flaw)")
            #expect(try store.current() == first)
            #expect(try store.contracts(of: first).count == 100)
            #expect(try sets(store).count == 1)
        }
    }

    private static func reaction(_ wrong: String) -> ScriptedServer.Reaction {
        switch wrong {
        case "truncated": return .file(Array(zip("NFO").dropLast(30)))
        case "damaged":
            var bytes = zip("NFO")
            bytes[200] ^= 0xFF
            return .file(bytes)
        case "missing column": return .file(ZipSample("Exchange,Token,Symbol,TradingSymbol,Instrument,\n").bytes)
        case "empty": return .file(ZipSample("").bytes)
        case "bomb":
            var bomb = ZipSample("")
            bomb.size = MasterFile.mostBytes + 1
            return .file(bomb.bytes)
        case "404": return .answer("", status: "404 Not Found")
        case "html": return .answer("<html><body>502 Bad Gateway</body></html>")
        case "closed": return .close
        default: return .bytes("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nPK", thenClose: true)
        }
    }

    private static func kind(_ wrong: String) -> MasterFlaw.Kind {
        switch wrong {
        case "truncated": .truncated
        case "damaged": .damaged
        case "missing column", "html": .missingColumn
        case "empty": .empty
        case "bomb": .tooLarge
        default: .unavailable
        }
    }

    @Test func `a new set takes the place of the old one, whose files stay for who still reads them`() async throws {
        try await withStore(Self.good) { store, _ in
            for day in 0..<4 { _ = try await store.sync(at: .sample + .seconds(Int64(day) * 86_400)) }
            #expect(try store.current()?.day.number == 20_261_123)
            #expect(try sets(store).count == 2)
        }
    }

    @Test func `a crash while a set is being had leaves the last one`() async throws {
        try await withStore(Self.good) { store, _ in
            let first = try await store.sync(at: .sample)
            try FileManager.default.createDirectory(
                atPath: store.folder + "/20261124-1",
                withIntermediateDirectories: true
            )
            try Data("half".utf8).write(to: URL(fileURLWithPath: store.folder + "/current.json.new"))
            #expect(try store.current() == first)
            #expect(try store.contracts(of: first).count == 100)
            let second = try await store.sync(at: .sample + .seconds(1))
            #expect(try store.current() == second)
            #expect(try !sets(store).contains("20261124-1"))
        }
    }

    @Test func `two runs do not change one folder at a time`() async throws {
        try await withStore(Self.good) { store, _ in
            _ = try await store.sync(at: .sample)
            let lock = open(store.folder + "/lock", O_RDWR)
            defer { close(lock) }
            try #require(flock(lock, LOCK_EX) == 0)
            #expect(await flaw(store)?.text == "another sync is under way")
        }
    }

    @Test func `a list that was tampered with is not followed`() async throws {
        try await withStore(Self.good) { store, _ in
            _ = try await store.sync(at: .sample)
            let path = store.folder + "/current.json"
            let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
            for changed in [
                "", "{}", text.replacingOccurrences(of: "NSE_symbols", with: "../NSE_symbols"),
                text.replacingOccurrences(of: "http:", with: "https:"),
                text.replacingOccurrences(of: #""folder":""#, with: #""folder":"../"#),
            ] {
                try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
                #expect(throws: MasterFlaw.self) { try store.current() }
            }
        }
    }

    @Test func `a file that is gone or was changed is known for it`() async throws {
        try await withStore(Self.good) { store, _ in
            let set = try await store.sync(at: .sample)
            let path = "\(store.folder)/\(set.folder)/NFO_symbols.txt.zip"
            var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
            bytes[200] ^= 0xFF
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            #expect(throws: MasterFlaw.self) { try store.contracts(of: set) }
            try FileManager.default.removeItem(atPath: path)
            #expect(throws: MasterFlaw.self) { try store.contracts(of: set) }
        }
    }

    @Test func `Flattrade's exchanges have the files it publishes`() {
        let source = MasterSource(url: "https://a.example/x", layout: .flattrade, exchanges: ["NFO", "MCX"])
        #expect(
            source.files.map(\.name) == [
                "Nfo_Equity_Derivatives.csv", "Nfo_Index_Derivatives.csv", "Commodity.csv",
            ]
        )
        #expect(source.url == "https://a.example/x/")
    }

    @Test func `each address has a folder of its own`() {
        func folder(_ url: String) -> String {
            MasterStore(MasterSource(url: url, layout: .zips, exchanges: ["NSE"]), in: "/x").folder
        }
        #expect(folder("https://api.shoonya.com/").hasPrefix("/x/api.shoonya.com-"))
        #expect(folder("https://a.example/b-c/") != folder("https://a.example/b/c/"))
        #expect(folder("https://../").hasPrefix("/x/-"))
    }
}

/// Which of two turns it is.
private final class Turn: Sendable {
    private let second = Mutex(false)

    var isSecond: Bool { second.withLock { $0 } }
    func next() { second.withLock { $0 = true } }
}
