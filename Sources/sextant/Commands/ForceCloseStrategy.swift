import ArgumentParser
import JSONText

struct ForceCloseStrategy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "force-close-strategy",
        abstract: "Say that a strategy's position is gone: closed in the broker's app.",
        discussion: """
            What the strategy counts as its own ends here; nothing is sent to the broker. Refused while
            the broker still shows the quantity, unless --confirm names it: use `sextant exit` to close.

            EXAMPLES
              sextant force-close-strategy S --symbol ACC-EQ --reason "by hand"
              sextant force-close-strategy S --confirm 75 --reason "moved"
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var ledger: LedgerOptions
    @Argument(help: "The strategy that still counts it.") var strategy: String
    @Option(help: "Only this symbol; else all that it holds.") var symbol: String?
    @Option(help: "Units that the broker still shows.") var confirm: Int?

    func run() async throws {
        var members = [JSONMember("strategy", .string(strategy))]
        if let symbol { members.append(JSONMember("symbol", .string(symbol))) }
        if let confirm { members.append(JSONMember("confirm", JSONValue(confirm))) }
        try await ledger.ask(options, "force_close_strategy", members)
    }
}
