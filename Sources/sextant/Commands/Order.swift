import ArgumentParser
import Engine
import Gateway
import JSONText
import StoreSQLite
import Trading

struct Order: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show one order with its six steps; the server may be running or not.",
        discussion: """
            EXAMPLES
              sextant order 01KAX3V0Z2QJ8W5M6N7P8R9S0T
              sextant order 01KAX3V0Z2QJ8W5M6N7P8R9S0T --why
            """
    )

    @OptionGroup var options: CommonOptions
    @Argument(help: "The order's command_id.") var id: String
    @Flag(help: "Show the evidence for each step.") var why = false

    func validate() throws { try CommandID.requireWellFormed(id) }

    func run() async throws {
        guard let command = CommandID(id) else { return }
        let configuration = try options.configuration()
        let reader = try StoreReaderSQLite.open(path: configuration.store.sqlite)
        for client in options.clients(of: configuration) {
            guard let (record, events) = try await reader.archive(of: ClientID(client.id)).history(of: command) else {
                continue
            }
            let timeline = OrderTimeline(events)
            if options.json {
                let members = (OrderReceipt(record).json.members ?? []) + [JSONMember("timeline", timeline.json)]
                try show(JSONValue.object(members).text)
            } else {
                try show(OrderPage.text(record, timeline, why: why, on: .standardOutput))
            }
            return
        }
        if options.json { try show(OrderReceipt.missing(id).text) }
        throw CommandFailure("there is no order \(id)\(options.client.map { " of client \($0)" } ?? "")")
    }
}
