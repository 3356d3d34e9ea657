import ArgumentParser
import JSONText
import Trading

struct Exit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Close what a strategy holds: all of it, one symbol, or part of that.",
        discussion: """
            An exit is never vetoed by risk, guard or halt, and never larger than what is held. Exits with 1 when
            nothing is held or any of it cannot be closed.

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
        let answer = try await options.ask(options.serverOfOneClient(), "/v1/exits", .object(members))
        let orders = answer["orders"]?.elements ?? []
        if options.json {
            try show(answer.text)
        } else if orders.isEmpty {
            throw CommandFailure(
                "strategy \(strategy) holds nothing\(symbol.map { " in \($0)" } ?? ""): nothing to exit"
            )
        } else {
            try show(table(orders).text(on: .standardOutput))
            try show("\nfollow it with `sextant orders --strategy \(strategy.shellWord)`")
        }
        let isRefused = orders.isEmpty || orders.contains { $0["status"]?.string == OrderStatus.failed.rawValue }
        if isRefused { throw ExitCode(1) }
    }

    private func table(_ orders: [JSONValue]) -> TextTable {
        let rows = orders.map { order in
            func text(_ name: String) -> String { order[name]?.scalarText ?? "" }
            let why = text("tag").isEmpty ? "" : "\(text("tag")): \(text("reason"))"
            return [
                TextTable.Cell(text("command_id")), TextTable.Cell(text("side")), TextTable.Cell(text("quantity")),
                TextTable.Cell("\(text("exchange")):\(text("symbol"))"),
                TextTable.Cell(text("status"), OrderStatus(rawValue: text("status"))?.shade), TextTable.Cell(why),
            ]
        }
        return TextTable(columns: ["ORDER", "SIDE", .number("QUANTITY"), "SYMBOL", "STATUS", "WHY"], rows: rows)
    }
}
