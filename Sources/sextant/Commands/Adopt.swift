import ArgumentParser
import JSONText
import Trading

struct Adopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Give a position or an order from outside Sextant to a strategy.",
        discussion: """
            Of a position: units that nobody owns first, then those of external. Of an order: all that
            it filled and will fill. Nothing is sent to the broker. Who said so and why is kept.

            EXAMPLES
              sextant adopt S --symbol ACC-EQ --quantity 10 --reason "by hand"
              sextant adopt S --symbol NIFTY29DEC26F --quantity -75 --reason "short"
              sextant adopt S --order 01KAX3V0Z2QJ8W5M6N7P8R9S0T --reason "by hand"
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var ledger: LedgerOptions
    @Argument(help: "The strategy that owns it from now on.") var strategy: String
    @Option(help: "The broker's trading symbol.") var symbol: String?
    @Option(parsing: .unconditional, help: "Units; below zero for a short position.") var quantity: Int?
    @Option(help: "What a unit cost; else what is known of it.") var price: String?
    @Option(help: "The command_id of an order of external.") var order: String?

    func validate() throws {
        if let order {
            try CommandID.requireWellFormed(order)
            if symbol != nil || quantity != nil {
                throw ValidationError("--order goes without --symbol and --quantity")
            }
        } else if symbol == nil || quantity == nil {
            throw ValidationError("name --symbol and --quantity, or --order")
        }
    }

    func run() async throws {
        var members = [JSONMember("strategy", .string(strategy))]
        if let symbol { members.append(JSONMember("symbol", .string(symbol))) }
        if let quantity { members.append(JSONMember("quantity", JSONValue(quantity))) }
        if let price { members.append(JSONMember("price", .string(price))) }
        if let order { members.append(JSONMember("command_id", .string(order))) }
        try await ledger.ask(options, "adopt", members)
    }
}
