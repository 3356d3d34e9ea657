import ArgumentParser
import JSONText

struct Risk: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show every limit with its headroom, the day's profit and loss, and who halted what.",
        discussion: """
            EXAMPLES
              sextant risk
              sextant risk --json
            """
    )

    @OptionGroup var options: CommonOptions

    func run() async throws {
        let answer = try await options.look(at: options.server(), "/v1/risk")
        guard !options.json else { return try show(answer.text) }
        for client in answer["clients"]?.elements ?? [] { try print(client) }
    }

    private func print(_ client: JSONValue) throws {
        func text(_ name: String) -> String { client[name]?.scalarText ?? "" }
        let profit = text("profit_and_loss").isEmpty ? "unknown" : text("profit_and_loss")
        let floor = text("floor").isEmpty ? "none" : text("floor")
        try show("\(text("client")): profit and loss \(profit), floor \(floor)")
        for halt in client["halts"]?.elements ?? [] {
            func text(_ name: String) -> String { halt[name]?.scalarText ?? "" }
            let what = [text("scope"), text("name")].filter { !$0.isEmpty }.joined(separator: " ")
            try show("\(text("mode")) of \(what) by \(text("by")) at \(text("at")): \(text("reason"))")
        }
        let limits = client["limits"]?.elements ?? []
        guard !limits.isEmpty else { return try show("no limits are set (clients[].risk.limits)") }
        try show(table(limits).text(on: .standardOutput))
    }

    private func table(_ limits: [JSONValue]) -> TextTable {
        let rows = limits.map { limit in
            func text(_ name: String) -> String { limit[name]?.scalarText ?? "" }
            let entries = (limit["entries"]?.elements ?? []).compactMap(\.string).joined(separator: " ")
            let most = entries.isEmpty ? (text("limit").isEmpty ? "on" : text("limit")) : entries
            let scope = [text("scope"), text("name")].filter { !$0.isEmpty }.joined(separator: " ")
            return [
                TextTable.Cell(text("code")), TextTable.Cell(scope), TextTable.Cell(text("subject")),
                TextTable.Cell(most), TextTable.Cell(text("used")),
                TextTable.Cell(text("left"), text("left") == "0" || text("left") == "0.00" ? .failed : nil),
                TextTable.Cell(text("unit")),
            ]
        }
        let columns: [TextTable.Column] = [
            "LIMIT", "SCOPE", "OF", .number("MOST"), .number("USED"), .number("LEFT"), "UNIT",
        ]
        return TextTable(columns: columns, rows: rows)
    }
}
