import ArgumentParser
import BrokerNoren
import JSONText
import Trading

struct InstrumentsSync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Download every exchange's master; they count when all of them are good.",
        discussion: """
            Run it every morning before the exchanges open. A running server takes the new set in by itself. When a file
            cannot be had or read, the exit code is 1 and the last good set stays.

            EXAMPLES
              sextant instruments sync
              sextant instruments sync --client FA00001 --json
            """
    )

    @OptionGroup var options: CommonOptions

    func run() async throws {
        let configuration = try options.configuration()
        let clients = options.clients(of: configuration)
        let masters = ConfiguredMasters(clients, beside: configuration.store.sqlite)
        guard !masters.all.isEmpty else { throw CommandFailure("no live client has a broker whose masters there are") }
        var results: [JSONValue] = []
        var tables: [String] = []
        var problems: [String] = []
        for shared in masters.all {
            let head: [JSONMember] = [
                JSONMember("url", .string(shared.store.source.url)),
                JSONMember("clients", .array(shared.clients.map { .string($0.text) })),
            ]
            do throws(MasterFlaw) {
                let set = try await shared.store.sync(at: SystemClock().now())
                results.append(.object(head + [JSONMember("ok", .bool(true)), JSONMember("set", set.report)]))
                tables.append(set.table)
            } catch {
                let kept = (try? shared.store.current()).flatMap(\.self)
                problems.append("\(error); \(kept.map { "the set of \($0.day.date) stays" } ?? "there is no set")")
                results.append(
                    .object(
                        head + [
                            JSONMember("ok", .bool(false)), JSONMember("problem", error.report),
                            JSONMember("set", kept?.report ?? .null),
                        ]
                    )
                )
            }
        }
        if options.json {
            try show(JSONValue.object([JSONMember("sources", .array(results))]).text)
        } else if !tables.isEmpty {
            try show(tables.joined(separator: "\n"))
        }
        guard problems.isEmpty else { throw CommandFailure(problems.joined(separator: "\nsextant: ")) }
    }
}

extension MasterSet {
    fileprivate var report: JSONValue {
        [
            "synced_at": .string(syncedAt.description), "contracts": JSONValue(contracts),
            "files": .array(
                files.map { file in
                    [
                        "name": .string(file.name), "exchange": .string(file.exchange.code),
                        "contracts": JSONValue(file.contracts), "skipped": JSONValue(file.skipped),
                    ]
                }
            ),
        ]
    }

    fileprivate var table: String {
        let rows = files.map { file in
            [file.exchange.code, String(file.contracts), String(file.skipped), file.name].map { TextTable.Cell($0) }
        }
        let columns: [TextTable.Column] = ["EXCHANGE", .number("CONTRACTS"), .number("SKIPPED"), "FILE"]
        return "\(url), \(syncedAt.indianText)\n" + TextTable(columns: columns, rows: rows).text(on: .standardOutput)
    }
}

extension MasterFlaw {
    fileprivate var report: JSONValue {
        [
            "kind": .string(kind.rawValue), "file": .string(file), "row": row.map { JSONValue($0) } ?? .null,
            "column": JSONValue(column), "text": .string(text),
        ]
    }
}
