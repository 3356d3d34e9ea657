import ArgumentParser
import JSONText
import Trading

struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read the broker's books now, and show what is held and what nobody owns.",
        discussion: """
            Exits with 1 when the broker shows a quantity that no strategy accounts for.

            EXAMPLES
              sextant reconcile
              sextant reconcile --client FA00001 --json
            """
    )

    @OptionGroup var options: CommonOptions

    func run() async throws {
        let path = "/v1/operator/reconcile_with_broker"
        let answer = try await options.ask(options.serverOfOneClient(), path, .object([]))
        let unattributed = answer["unattributed"]?.elements ?? []
        if options.json {
            try show(answer.text)
        } else {
            try showTable(answer, unattributed)
        }
        if !unattributed.isEmpty { throw ExitCode(1) }
    }

    private func showTable(_ answer: JSONValue, _ unattributed: [JSONValue]) throws {
        let held = answer["positions"]?.elements ?? []
        let rows = (held + unattributed).map { row in
            func text(_ key: String) -> String { row[key]?.scalarText ?? "" }
            let owner = row["strategy"]?.string
            return [
                TextTable.Cell(owner ?? "(nobody)", owner == nil ? .failed : nil),
                TextTable.Cell("\(text("exchange")):\(text("symbol"))"), TextTable.Cell(text("product")),
                TextTable.Cell(text("quantity")), TextTable.Cell(row["average_price"]?.string ?? "-"),
            ]
        }
        let columns: [TextTable.Column] = [
            "STRATEGY", "INSTRUMENT", "PRODUCT", .number("QUANTITY"), .number("AVERAGE"),
        ]
        try show(rows.isEmpty ? "nothing is held" : TextTable(columns: columns, rows: rows).text(on: .standardOutput))
        let time = answer["as_of"]?.string.flatMap { Timestamp($0) }
        try show("\nthe broker's books were read at \(time.map { "\($0.indianText) IST" } ?? "an unknown time")")
        guard unattributed.isEmpty else {
            try show("(nobody): the broker shows it and no strategy accounts for it; compare with the broker's app")
            return
        }
        try show("what strategies hold is what the broker shows; external is what was traded outside Sextant")
    }
}
