import ArgumentParser
import JSONText
import Trading

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask the broker to cancel an order; it ends when the broker's books say so.",
        discussion: """
            EXAMPLES
              sextant cancel 01KAX3V0Z2QJ8W5M6N7P8R9S0T
            """
    )

    @OptionGroup var options: CommonOptions
    @Argument(help: "The order's command_id.") var id: String

    func run() async throws {
        guard CommandID(id) != nil else {
            throw ValidationError("\"\(id)\" is no command_id: `sextant orders` lists them")
        }
        let server = try options.server()
        let order = try await server.post("/v1/orders/\(id)/cancel")
        announce(options.json ? order.text : "order \(id): cancel asked; `sextant order \(id)` shows its end")
    }
}
