import ArgumentParser
import Engine
import Gateway
import JSONText
import StoreSQLite
import Trading

struct Orders: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List orders, newest first; the server may be running or not.",
        discussion: """
            EXAMPLES
              sextant orders
              sextant orders --status FAILED --strategy BNF_MONTHLY_STRANGLE
              sextant orders --status unconfirmed --json
            """
    )

    @OptionGroup var options: CommonOptions
    @Option(
        help: "CREATED, SENT_TO_BROKER, EXECUTED, FAILED, or a state such as working.",
        completion: .list(OrderListing.statusWords)
    )
    var status: String?
    @Option(help: "Only this strategy's.") var strategy: String?
    @Option(help: "At most this many.") var limit = 100

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be 1 to 1000") }
        if let status, !OrderListing.statusWords.contains(status) {
            throw ValidationError("--status must be one of \(OrderListing.statusWords.joined(separator: ", "))")
        }
    }

    func run() async throws {
        let configuration = try options.configuration()
        let reader = try StoreReaderSQLite.open(path: configuration.store.sqlite)
        var query = OrderQuery()
        query.status = status
        query.strategy = strategy.map { StrategyName($0) }
        query.limit = limit
        let archives = options.clients(of: configuration).map { reader.archive(of: ClientID($0.id)) }
        let listing = try await OrderListing(query, in: archives)
        guard !options.json else { return try show(listing.json.text) }
        let showsClients = archives.count > 1
        try show(OrderTable.text(listing.orders, showsClients: showsClients, on: .standardOutput))
        if listing.nextCursor != nil { try show("\nolder orders are not shown: --limit \(limit)") }
    }
}
