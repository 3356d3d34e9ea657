import Desk
import Engine
import GRDB
import Testing
import Trading

@testable import StoreSQLite

struct ConstraintTests {
    let folder: StoreFolder
    let store: StoreSQLite

    init() async throws {
        folder = try StoreFolder()
        store = try folder.open()
        let first = try OrderStory(.sample(1))
            .adding(
                .sending(quantity: 75),
                .accepted("101", sentAt: .sample),
                .filled(.sample("1", of: "101", 5), .push)
            )
        var changes = first.changes
        changes.groups = [.sample(1, key: "key")]
        try await store.commit([changes])
    }

    /// Expects that another order, like the first one in one thing, is refused.
    private func refuses(_ facts: OrderFact..., change: (inout OrderCommand) -> Void = { _ in }) async throws {
        var command = OrderCommand.sample(2)
        change(&command)
        var story = try OrderStory(command)
        for fact in facts { try story.add(fact) }
        await expectContradiction { try await store.commit([story.changes]) }
    }

    @Test func `one leg of a group is one order`() async throws {
        try await refuses { $0.group = .sample(1) }
    }

    @Test func `one tag is one order`() async throws {
        let sameTag = CommandID(milliseconds: CommandID.sample(1).milliseconds, entropy: 1 | 1 << 40)
        #expect(sameTag.tag == CommandID.sample(1).tag)
        try await refuses { $0.id = sameTag }
    }

    @Test func `one number of the broker is one order of a day`() async throws {
        try await refuses(.sending(quantity: 75), .accepted("101", sentAt: .sample))
        let nextDay = try OrderStory(.sample(2), at: .sample + .seconds(86_400))
            .adding(.sending(quantity: 75), .accepted("101", sentAt: .sample))
        try await store.commit([nextDay.changes])
    }

    @Test func `one fill is booked once`() async throws {
        var again = DeskChanges(client: "FA00001")
        again.fills = [BookedFill(command: .sample(1), fill: .sample("1", of: "101", 5))]
        await expectContradiction { try await store.commit([again]) }
    }

    @Test func `one key is one group`() async throws {
        await expectContradiction { try await store.commit([.groups(.sample(2, key: "key"))]) }
        await expectContradiction { try await store.commit([.groups(.sample(1))]) }
        try await store.commit([.groups(.sample(3)), .groups(.sample(4), .sample(2, key: "key"), client: "FA00002")])
    }

    @Test func `an event or a fill of no order is refused`() async throws {
        var event = try OrderStory(.sample(9)).changes
        event.orders = []
        await expectContradiction { try await store.commit([event]) }
        var fill = DeskChanges(client: "FA00001")
        fill.fills = [BookedFill(command: .sample(9), fill: .sample("2", of: "101", 5))]
        await expectContradiction { try await store.commit([fill]) }
    }

    @Test func `an order among another client's changes is refused`() async throws {
        let stray = [try OrderStory(.sample(2, client: "FA00002"))].changes(of: "FA00001")
        await expectContradiction { try await store.commit([stray]) }
    }

    @Test func `an order without quantity is not on its way`() async throws {
        try await refuses(.sending(quantity: 0)) { $0.quantity = 0 }
    }

    @Test(arguments: ["UPDATE order_events SET at = 0", "DELETE FROM order_events"])
    func `an event is never changed and never goes`(sql: String) async throws {
        let before = try await store.dump()
        await #expect(throws: DatabaseError.self) { try await store.execute(sql) }
        #expect(try await store.dump() == before)
    }

    @Test(arguments: [
        "state = 'lost'", "status = 'EXECUTED'", "tag = 'OTHER'", "tag = 'NO_POSITION'", "side = 'HOLD'", "version = 0",
        "filled_quantity = -1", "quantity = 0", "broker_order_id = NULL", "pending = 'replace'", "disputed = 2",
        "pending = 'modify'", "asked_terms = '{}'", "quantity = 'many'", "strategy = NULL", "filled_value = ''",
        "command = NULL", "average_price = NULL",
    ])
    func `the schema refuses what no order can be`(change: String) async throws {
        await #expect(throws: DatabaseError.self) { try await store.execute("UPDATE orders SET \(change)") }
    }
}
