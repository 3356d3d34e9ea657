import ArgumentParser
import JSONText

struct ForceClearSymbol: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "force-clear-symbol",
        abstract: "Say that nobody holds a symbol any more, external included.",
        discussion: """
            Nothing is sent to the broker. Refused while the broker still shows a quantity, unless
            --confirm names it: that quantity is then nobody's.

            EXAMPLES
              sextant force-clear-symbol ACC-EQ --reason "corporate action"
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var ledger: LedgerOptions
    @Argument(help: "The broker's trading symbol.") var symbol: String
    @Option(help: "Units that the broker still shows.") var confirm: Int?

    func run() async throws {
        var members = [JSONMember("symbol", .string(symbol))]
        if let confirm { members.append(JSONMember("confirm", JSONValue(confirm))) }
        try await ledger.ask(options, "force_clear_symbol", members)
    }
}
