import GRDB
import Testing
import Trading

@testable import StoreSQLite

/// A client keeps the mode that it began with.
@Suite struct ModeTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    private func refusal(_ client: String, _ pinned: ClientMode, _ now: ClientMode) -> StoreError {
        .otherMode(path: folder.database, client: client, pinned: pinned, now: now)
    }

    @Test(arguments: [ClientMode.live, .paper]) func `a pinned mode stays, over any number of starts`(
        mode: ClientMode
    ) throws {
        let other: ClientMode = mode == .live ? .paper : .live
        for _ in 0..<3 {
            let store = try folder.open()
            try store.pin(["FA00001": mode], at: .sample)
            #expect(throws: refusal("FA00001", mode, other)) { try store.pin(["FA00001": other], at: .sample) }
            try store.close()
        }
    }

    @Test func `one client in the wrong mode keeps the others from being pinned`() async throws {
        let store = try folder.open()
        try store.pin(["B": .live], at: .sample)
        #expect(throws: refusal("B", .live, .paper)) { try store.pin(["A": .paper, "B": .paper], at: .sample) }
        #expect(try await store.count("SELECT count(*) FROM client_modes") == 1)
        try store.pin(["A": .live, "B": .live], at: .sample)
    }

    @Test func `the refusal names the file, the client, both modes and what to do`() {
        let text = refusal("FA00001", .live, .paper).description
        for word in [folder.database, "FA00001", "mode: live", "paper", "store.sqlite"] {
            #expect(text.contains(word))
        }
        #expect(!text.contains("\n"))
    }

    @Test func `one who may only read sees the refusal too`() throws {
        let store = try folder.open()
        try store.pin(["FA00001": .paper], at: .sample)
        try store.close()
        let reader = try StoreReaderSQLite.open(path: folder.database)
        try reader.requireModes(["FA00001": .paper, "NEW": .live])
        #expect(throws: refusal("FA00001", .paper, .live)) { try reader.requireModes(["FA00001": .live]) }
    }

    @Test func `whoever has orders in a store from before the modes is live, and nobody else is pinned`() async throws {
        let made = try StoreFolder()
        let today = try made.open()
        try await today.commit([try OrderStory(.sample(1)).changes])
        try today.close()
        try await folder.fill(from: made, asOf: "0001")
        let store = try folder.open()
        #expect(throws: refusal("FA00001", .live, .paper)) { try store.pin(["FA00001": .paper], at: .sample) }
        try store.pin(["FA00001": .live, "FA00002": .paper], at: .sample)
        #expect(try await store.count("SELECT since FROM client_modes WHERE client = 'FA00001'") != nil)
    }

    @Test(arguments: ["UPDATE client_modes SET mode = 'live'", "DELETE FROM client_modes"])
    func `a pinned mode cannot be changed by SQL either`(sql: String) async throws {
        let store = try folder.open()
        try store.pin(["FA00001": .paper], at: .sample)
        await #expect(throws: DatabaseError.self) { try await store.execute(sql) }
    }

    @Test func `an order that the broker knows is told from one that never reached it`() async throws {
        let store = try folder.open()
        try await store.commit([try OrderStory(.sample(1)).changes])
        #expect(try store.hasOrdersAtBroker(of: "FA00001") == false)
        let other = try StoreFolder()
        let traded = try other.open()
        try await traded.commit([try OrderStory.everyState().changes(of: "FA00001")])
        #expect(try traded.hasOrdersAtBroker(of: "FA00001"))
        #expect(try traded.hasOrdersAtBroker(of: "FA00002") == false)
    }
}
