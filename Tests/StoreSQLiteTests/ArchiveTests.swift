import Desk
import Engine
import Testing
import Trading

@testable import StoreSQLite

struct ArchiveTests {
    let folder: StoreFolder
    let store: StoreSQLite
    let stories: [OrderStory]

    init() async throws {
        folder = try StoreFolder()
        store = try folder.open()
        stories = try OrderStory.everyState()
        let other = try OrderStory(.sample(500, client: "FA00002"))
        try await store.commit([stories.changes(of: "FA00001"), other.changes])
    }

    private func found(_ change: (inout OrderQuery) -> Void) async throws -> [CommandID] {
        var query = OrderQuery()
        change(&query)
        return try await store.archive(of: "FA00001").orders(query).orders.map(\.id)
    }

    private func expected(_ matches: (OrderRecord) -> Bool) -> [CommandID] {
        stories.map(\.record).filter(matches).map(\.id).reversed()
    }

    @Test(arguments: StateWord.allCases) func `orders are found by their state`(word: StateWord) async throws {
        #expect(try await found { $0.status = word.rawValue } == expected { $0.state.word == word })
    }

    @Test(arguments: OrderStatus.allCases) func `orders are found by their status`(status: OrderStatus) async throws {
        #expect(try await found { $0.status = status.rawValue } == expected { $0.state.status == status })
    }

    @Test func `a word that is no status finds nothing`() async throws {
        #expect(try await found { $0.status = "filled' OR 1 = 1 --" } == [])
    }

    @Test func `orders are found by strategy, symbol and number`() async throws {
        #expect(try await found { $0.strategy = .external } == expected { $0.command.strategy == .external })
        #expect(try await found { $0.strategy = "nobody" } == [])
        #expect(try await found { $0.symbol = "NIFTY24NOV26C26000" }.count == stories.count)
        #expect(try await found { $0.symbol = "ACC-EQ" } == [])
        #expect(try await found { $0.brokerOrderID = "107" } == expected { $0.state.brokerOrderID == "107" })
        let both = try await found {
            $0.brokerOrderID = "107"
            $0.status = "filled"
        }
        #expect(both == [])
    }

    @Test(arguments: [1, 3, 7, 20, 1000]) func `pages show every order once, newest first`(limit: Int) async throws {
        var query = OrderQuery()
        query.limit = limit
        var seen: [CommandID] = []
        while true {
            let page = try await store.archive(of: "FA00001").orders(query)
            seen += page.orders.map(\.id)
            query.before = page.orders.last?.id
            #expect(page.orders.count <= limit)
            guard page.hasMore else { break }
        }
        #expect(seen == expected { _ in true })
    }

    @Test func `a client sees nothing of another`() async throws {
        let archive = store.archive(of: "FA00002")
        #expect(try await archive.orders(OrderQuery()).orders.map(\.id) == [.sample(500)])
        for story in stories {
            let record = story.record
            #expect(try await archive.history(of: record.id) == nil)
            #expect(try await archive.orders(of: record.command.group) == [])
            for change in [
                { $0.strategy = record.command.strategy }, { $0.brokerOrderID = record.state.brokerOrderID },
                { $0.status = record.state.word.rawValue }, { $0.symbol = record.command.instrument.symbol },
            ] as [(inout OrderQuery) -> Void] {
                var query = OrderQuery()
                change(&query)
                let orders = try await archive.orders(query).orders
                #expect(orders.allSatisfy { $0.command.client == "FA00002" })
            }
        }
    }
}
