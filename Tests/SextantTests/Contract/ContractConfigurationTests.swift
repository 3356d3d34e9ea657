import Foundation
import JSONText
import Testing

@testable import sextant

/// The section on configuration, read from the page.
@Suite(.serialized) struct ContractConfigurationTests {
    @Test func `the example starts the real server, which trades with it`() async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        let yaml = try ContractPage().yaml
        #expect(yaml.contains("port: 8080") && yaml.contains("127.0.0.1:9600"))
        let text = yaml.replacing("port: 8080", with: "port: 0").replacing(":9600", with: ":\(sandbox.brokerPort)")
        try Data(text.utf8).write(to: URL(fileURLWithPath: sandbox.configurationPath))
        let environment = [
            "SEXTANT_WEBHOOK_SECRET": Sandbox.secret, "SEXTANT_API_KEY": Sandbox.key, "P": "Secret@1",
            "S": "api-secret",
        ]
        let server = try await RunningServer.start(sandbox, environment: environment)
        defer { server.kill() }
        #expect(server.output == "sextant listening on \(server.url)\n")
        try await server.untilReady()
        let entry = try await server.post(Alerts.entry("S"))
        try await eventually("the order is filled") {
            let order = try await server.get("/v1/orders/\(entry.ids.first ?? "")", bearer: Sandbox.key)
            return order.json["state"]?.string == "filled"
        }
        #expect(FileManager.default.fileExists(atPath: sandbox.folder + "/data/sextant.db"))
    }

    @Test func `every key of the table is known, and every other known key was added on purpose`() throws {
        let known = Configuration.keys.map(\.name)
        let found = try ContractPage().keyRows.flatMap { Self.resolved($0.names, among: known) }
        #expect(found.filter { $0.key == nil }.map(\.name) == [])
        let named = Set(found.compactMap(\.key))
        #expect(Set(known.filter { !named.contains($0) }) == Later.addedKeys)
    }

    @Test func `what the table gives as default is the default, what it calls required is required`() throws {
        let keys = Dictionary(uniqueKeysWithValues: Configuration.keys.map { ($0.name, $0.fallback) })
        var compared = 0
        for row in try ContractPage().keyRows {
            let names = Self.resolved(row.names, among: Array(keys.keys).sorted()).compactMap(\.key)
            let rule = row.rule.replacing(#/\([^)]*\)/#, with: "").replacing("`", with: "")
            let defaults = rule.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            if defaults.count == names.count {
                for (name, value) in zip(names, defaults) {
                    #expect(keys[name] == value, "\(name)")
                    compared += 1
                }
            } else if rule.hasPrefix("required ;") {
                for name in names { #expect(keys[name] == "required", "\(name)") }
                compared += names.count
            } else {
                // Of a broker block exactly one way is required: the flaws in ConfigurationFlaw have those.
                #expect(names.allSatisfy { $0.hasPrefix("clients[].broker.noren.") }, "\(row.rule)")
            }
        }
        #expect(compared == 29)
    }

    @Test func `a secret in clear in a file that everybody may read ends serve with 1`() async throws {
        let sandbox = try await Sandbox()
        defer { sandbox.end() }
        try FileManager.default.setAttributes([.posixPermissions: 0o604], ofItemAtPath: sandbox.configurationPath)
        let process = try ChildProcess(["serve", "--config", sandbox.configurationPath], in: sandbox.folder)
        #expect(try await process.ended() == 1)
        #expect(process.errors.contains("clients[0].webhook.secret") && !process.errors.contains(Sandbox.secret))
    }

    /// Each name of a row as a full key: after a dot it stands below the section before it, or below the client.
    private static func resolved(_ names: [String], among known: [String]) -> [(name: String, key: String?)] {
        var section = ""
        return names.flatMap { name -> [(name: String, key: String?)] in
            let bases = name.hasPrefix(".") ? [section, "clients[]", "clients[].broker.noren"] : [""]
            for candidate in bases.map({ $0 + name }) {
                if known.contains(candidate) {
                    section = String(candidate.prefix(upTo: candidate.lastIndex(of: ".") ?? candidate.startIndex))
                    return [(name, candidate)]
                }
                let below = known.filter { $0.hasPrefix(candidate + ".") }
                if !below.isEmpty { return below.map { (name, $0) } }
            }
            return [(name, nil)]
        }
    }
}
