import Desk
import Engine
import GRDB
import Testing
import Trading

@testable import StoreSQLite

struct MigrationTests {
    @Test func `a store from before the cheaper checks comes along whole, and is as strict`() async throws {
        let (fresh, old) = (try StoreFolder(), try StoreFolder())
        let stories = try OrderStory.everyState().filter {
            $0.record.terms == nil && $0.record.askedTerms == nil && $0.record.shown == nil
        }
        var changes = stories.changes(of: "FA00001")
        changes.groups = [.sample(1, key: "key"), .sample(2)]
        let made = try fresh.open()
        try await made.commit([changes])
        let rows = try await made.dump()
        try made.close()

        try await old.fill(from: fresh, asOf: "0002")

        let store = try old.open()
        #expect(Set(try await store.dump()) == Set(rows))
        await expectContradiction { try await store.commit([.groups(.sample(3, key: "key"))]) }
        let event = "INSERT INTO order_events VALUES ('FA00001', 'nobody', 1, 0, 'sending', '{}')"
        await #expect(throws: DatabaseError.self) { try await store.execute(event) }
    }
}
