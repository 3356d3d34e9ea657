import Foundation
import Testing

@testable import sextant

struct ConfigurationProblemTests {
    @Test(arguments: ConfigurationFlaw.all) func `what is wrong is named with its key and line`(
        flaw: ConfigurationFlaw
    ) throws {
        let found = try ConfigurationFolder.problems(replacing: flaw.text, by: flaw.other)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix(flaw.place) == true, "\(found)")
        #expect(found.first?.contains(flaw.saying) == true, "\(found)")
        #expect(found.first?.contains("; ") == true, "\(found)")
    }

    @Test func `all problems are told at once, by line`() throws {
        let yaml = """
            server: { port: x, prot: 1 }
            store: { commit_deadline: 1 }
            clients:
              - id: a
                id: b
                mode: live
                webhook: { secret: s }
            """
        let found = try ConfigurationFolder(yaml).problems()
        let places = found.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        #expect(
            places == [
                "1: server.port:", "1: server.prot:", "2: store.sqlite:", "2: store.commit_deadline:",
                "4: clients[0].api.key:", "4: clients[0].broker.noren:", "4: clients[0].risk.base_max_loss:",
                "5: clients[0].id:",
            ]
        )
    }

    @Test func `two clients have neither the same id nor the same key nor the same broker user`() throws {
        let client = ConfigurationFolder.sampleYAML.split(separator: "\n").dropFirst(3).joined(separator: "\n")
        let found = try ConfigurationFolder("\(ConfigurationFolder.sampleYAML)\(client)\n").problems()
        #expect(found.count == 3)
        let key = found.dropFirst().first ?? ""
        #expect(key.contains(" clients[1].api.key: is the same bearer token as clients[0].api.key on line "))
        #expect(!key.contains("api-key"))
        #expect(found.first?.hasPrefix("14: clients[1].id: is the same client id as clients[0].id on line 4;") == true)
        #expect(
            found.last?.hasPrefix("22: clients[1].broker.noren.auth.quickauth.user: is the same broker user") == true
        )
    }

    @Test func `a live client without a broker is refused`() throws {
        let start = try #require(ConfigurationFolder.sampleYAML.range(of: "    broker:"))
        let end = try #require(ConfigurationFolder.sampleYAML.range(of: "    risk:"))
        let yaml = ConfigurationFolder.sampleYAML.replacingCharacters(in: start.lowerBound..<end.lowerBound, with: "")
        let found = try ConfigurationFolder(yaml).problems()
        #expect(found == ["4: clients[0].broker.noren: is missing; a live client needs one, or set `mode: paper`"])
    }

    @Test func `the broker of a paper client is checked all the same`() throws {
        let yaml = ConfigurationFolder.sampleYAML.replacingOccurrences(of: "mode: live", with: "mode: paper")
            .replacingOccurrences(of: "rest: http", with: "rest: ftp")
        #expect(try ConfigurationFolder(yaml).problems().first?.hasPrefix("10: clients[0].broker.noren.rest: ") == true)
    }

    @Test(arguments: ["clients: []", "clients: {}", "clients:", "clients: [5]", ""])
    func `there must be a client`(clients: String) throws {
        let found = try ConfigurationFolder("store: { sqlite: a }\n\(clients)\n").problems()
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains(": clients") == true, "\(found)")
    }
}
