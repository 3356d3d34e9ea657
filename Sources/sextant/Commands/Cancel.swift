import ArgumentParser
import JSONText
import Trading

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the broker to cancel an order; it ends when the broker's books say so.",
        discussion: """
            An order that was not sent yet ends at once. What is already filled stays: `exit` closes it.

            EXAMPLES
              sextant cancel 01KAX3V0Z2QJ8W5M6N7P8R9S0T
            """
    )

    @OptionGroup var options: CommonOptions
    @Argument(help: "The order's command_id.") var id: String

    func validate() throws { try CommandID.requireWellFormed(id) }

    func run() async throws {
        let order = try await options.ask(options.server(), "/v1/orders/\(id)/cancel")
        guard !options.json else { return try show(order.text) }
        if order["pending"]?.string == "cancel" {
            try show("order \(id): the broker is asked to cancel it; it ends when the broker's books say so")
            try show("`sextant order \(id)` shows its end")
        } else {
            try show("order \(id): \(order["state"]?.string ?? "cancel asked"); `sextant order \(id)` shows its steps")
        }
    }
}

extension CommandID {
    /// Throws what is shown as wrong usage.
    static func requireWellFormed(_ text: String) throws {
        guard CommandID(text) == nil else { return }
        throw ValidationError(
            "\"\(text)\" is no command_id: it has 26 digits and capitals; `sextant orders` lists them"
        )
    }
}
