import ArgumentParser
import JSONText

struct Reconcile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read the broker's books now, and show what is held and what nobody owns.",
        discussion: """
            EXAMPLES
              sextant reconcile
            """
    )

    @OptionGroup var options: CommonOptions

    func run() async throws {
        let answer = try await options.server().post("/v1/operator/reconcile_with_broker", .object([]))
        guard !options.json else { return announce(answer.text) }
        func rows(_ name: String, _ owner: String) -> [[String]] {
            (answer[name]?.elements ?? []).map { row in
                func text(_ key: String) -> String { row[key]?.scalarText ?? "" }
                let instrument = "\(text("exchange")):\(text("symbol"))"
                return [owner.isEmpty ? text("strategy") : owner, instrument, text("product"), text("quantity")]
            }
        }
        let held = rows("positions", "") + rows("unattributed", "(nobody)")
        let head = ["STRATEGY", "INSTRUMENT", "PRODUCT", "QUANTITY"]
        announce(held.isEmpty ? "nothing is held" : OrderTable.aligned([head] + held))
        announce("books read at \(answer["as_of"]?.string ?? "?")")
        if answer["unattributed"]?.elements?.isEmpty == false { throw ExitCode(1) }
    }
}
