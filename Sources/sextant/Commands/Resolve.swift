import ArgumentParser
import JSONText
import Trading

struct Resolve: AsyncParsableCommand {
    enum Outcome: String, ExpressibleByArgument, CaseIterable {
        case absent, agreed
    }

    static let configuration = CommandConfiguration(
        abstract: "Say how an order stands that the broker's books leave open.",
        discussion: """
            absent: an unconfirmed order is not in the broker's order book. It ends not_sent and
            stops counting; should it show up after all it is taken over, its rest cancelled.
            agreed: you compared a disputed order with the broker, and its row here is right.
            Who said so and why is kept.

            EXAMPLES
              sextant resolve 01KAX3V0Z2QJ8W5M6N7P8R9S0T absent --reason "not in its book"
            """
    )

    @OptionGroup var options: CommonOptions
    @Argument(help: "The order's command_id.") var id: String
    @Argument(help: "absent or agreed.") var outcome: Outcome
    @Option(help: "What you saw at the broker; kept with the order.") var reason: String
    @Option(help: "Your name; kept with the order.") var by: String?

    func validate() throws { try CommandID.requireWellFormed(id) }

    func run() async throws {
        var body = [JSONMember("outcome", .string(outcome.rawValue)), JSONMember("reason", .string(reason))]
        if let by { body.append(JSONMember("by", .string(by))) }
        let order = try await options.ask(options.server(), "/v1/orders/\(id)/resolve", .object(body))
        try show(options.json ? order.text : "order \(id) is \(order["state"]?.string ?? "resolved")")
    }
}
