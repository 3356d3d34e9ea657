import ArgumentParser
import JSONText
import Trading

struct Exit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Close what a strategy holds: all of it, one symbol, or part of that.",
        discussion: """
            EXAMPLES
              sextant exit BNF_MONTHLY_STRANGLE
              sextant exit S --symbol ACC-EQ --quantity 50
            """
    )

    @OptionGroup var options: CommonOptions
    @Argument(help: "The strategy that holds the position.") var strategy: String
    @Option(help: "Only this symbol.") var symbol: String?
    @Option(help: "At most this many units of it (needs --symbol).") var quantity: Int?

    func validate() throws {
        if quantity != nil, symbol == nil { throw ValidationError("--quantity needs --symbol") }
        if let quantity, quantity < 1 { throw ValidationError("--quantity must be at least 1") }
    }

    func run() async throws {
        var members = [JSONMember("strategy", .string(strategy))]
        if let symbol { members.append(JSONMember("symbol", .string(symbol))) }
        if let quantity { members.append(JSONMember("quantity", JSONValue(quantity))) }
        let answer = try await options.server().post("/v1/exits", .object(members))
        guard !options.json else { return announce(answer.text) }
        let orders = answer["orders"]?.elements ?? []
        if orders.isEmpty { throw CommandFailure("strategy \(strategy) holds nothing") }
        for order in orders {
            func text(_ name: String) -> String { order[name]?.scalarText ?? "" }
            announce(
                "\(text("command_id"))  \(text("side")) \(text("quantity")) \(text("symbol"))  \(text("status")) \(text("tag")) \(text("reason"))"
            )
        }
        if orders.allSatisfy({ $0["status"]?.string == "FAILED" }) { throw ExitCode(1) }
    }
}
