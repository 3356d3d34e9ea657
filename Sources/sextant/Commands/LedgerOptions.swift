import ArgumentParser
import JSONText

/// What commands that change the ledger have in common.
struct LedgerOptions: ParsableArguments {
    @Option(help: "Why; kept for good.") var reason: String
    @Option(help: "Your name; kept for good.") var by: String?
    @Option(help: "Only at this exchange.") var exchange: String?
    @Option(help: "Only this product: CNC, NRML or MIS.") var product: String?

    /// Asks the server and shows what changed.
    func ask(_ options: CommonOptions, _ action: String, _ own: [JSONMember]) async throws {
        var members = own + [JSONMember("reason", .string(reason))]
        for (name, value) in [("by", by), ("exchange", exchange), ("product", product)] {
            if let value { members.append(JSONMember(name, .string(value))) }
        }
        let path = "/v1/operator/\(action)"
        let answer = try await options.ask(options.serverOfOneClient(), path, .object(members))
        guard !options.json else { return try show(answer.text) }
        let rows = (answer["changes"]?.elements ?? []).map { change in
            func text(_ name: String) -> String { change[name]?.scalarText ?? "" }
            let cells = [
                text("strategy"), "\(text("exchange")):\(text("symbol"))", text("product"), text("quantity"),
            ]
            return cells.map { TextTable.Cell($0) }
        }
        let columns: [TextTable.Column] = ["STRATEGY", "INSTRUMENT", "PRODUCT", .number("CHANGE")]
        let table = TextTable(columns: columns, rows: rows).text(on: .standardOutput)
        try show(rows.isEmpty ? "nothing to change: it is so already" : table)
    }
}
