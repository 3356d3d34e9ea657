import ArgumentParser
import JSONText
import StoreSQLite
import Trading

struct SelfCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selfcheck",
        abstract: "Replay the stored events and compare every row with what they come to.",
        discussion: """
            Exits with 1 and names the first difference when a row is not what its events come to: somebody or something
            else wrote to the file. Then stop serve, keep the file, and go back to a backup that passes.
            The server may be running or not.

            EXAMPLES
              sextant selfcheck
            """
    )

    @OptionGroup var options: CommonOptions

    func run() async throws {
        let configuration = try options.configuration()
        let reader = try StoreReaderSQLite.open(path: configuration.store.sqlite)
        if let damage = try await reader.fileDamage() {
            throw CommandFailure("\(configuration.store.sqlite) is damaged: \(damage); restore a backup")
        }
        var reports: [JSONMember] = []
        var lines: [String] = []
        var first: String?
        for client in options.clients(of: configuration) {
            let report = try await reader.selfCheck(of: ClientID(client.id))
            first = first ?? report.difference
            reports.append(JSONMember(client.id, report.json))
            let counts = "\(report.orders) orders, \(report.events) events, \(report.fills) fills"
            let finding = report.difference.map { "DIFFERENT: \($0.printable)" }
            lines.append("\(client.id): \(counts): \(finding ?? "every row is what its events come to")")
        }
        if first != nil { lines.append("stop serve, keep the file as it is, and go back to a backup that passes") }
        let body: JSONValue = ["ok": .bool(first == nil), "clients": .object(reports)]
        try show(options.json ? body.text : lines.joined(separator: "\n"))
        if first != nil { throw ExitCode(1) }
    }
}

extension SelfCheckReport {
    fileprivate var json: JSONValue {
        [
            "orders": JSONValue(orders), "events": JSONValue(events), "fills": JSONValue(fills),
            "difference": JSONValue(difference),
        ]
    }
}
