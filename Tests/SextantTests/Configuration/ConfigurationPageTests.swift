import Foundation
import Testing

@testable import sextant

struct ConfigurationPageTests {
    @Test func `the committed page is what the binary prints; make docs writes it`() async throws {
        let folder = FileManager.default.temporaryDirectory.path
        let process = try ChildProcess(["configuration-page"], in: folder)
        #expect(try await process.ended() == 0)
        #expect(try Repository.text("docs/configuration.md") == process.output, "run `make docs`")
    }

    @Test func `every key has its row, and secrets are marked`() {
        for key in Configuration.keys {
            let name = key.name.split(separator: ".").last ?? ""
            let row = "| `\(name)`\(key.isSecret ? " (secret)" : "") | \(key.type) | "
            let found = ConfigurationPage.text.split(separator: "\n").filter { $0.hasPrefix(row) }
            #expect(found.contains { $0.hasSuffix("| \(key.meaning) |") }, "\(key.name)")
        }
    }

    @Test func `the full example is read as it stands, with the defaults it shows`() throws {
        let folder = try ConfigurationFolder(ConfigurationPage.example, mode: 0o644)
        try folder.write("JBSWY3DPEHPK3PXP\n", to: "totp.key")
        try folder.write(Repository.text("docs/calendar.txt"), to: "calendar.txt")
        let names = ["ADMIN_KEY", "WEBHOOK_SECRET", "API_KEY"].map { "SEXTANT_\($0)" }
        let environment = Dictionary(
            uniqueKeysWithValues: (names + ["BROKER_PASSWORD", "BROKER_API_SECRET", "TELEGRAM_BOT_KEY"]).map {
                ($0, "text of \($0)")
            }
        )
        let configuration = try folder.load(environment: environment)
        #expect(configuration.clients.count == 1)
        for key in Configuration.keys {
            guard let written = Self.values[key.name] else { continue }
            if key.fallback.first?.isNumber == true, key.name != "server.host" {
                #expect(written == key.fallback, "\(key.name)")
            }
        }
    }

    @Test func `the full example has every key but the other halves of pairs`() {
        let other = ["profile", "factor2", "oauth.user", "oauth.client_id", "oauth.secret", "oauth.authorize_url"]
        let named = [".limits.strategies.", ".limits.instruments."]  // the same keys once more, below names
        let left = Configuration.keys.map(\.name)
            .filter { key in Self.values[key] == nil && !named.contains { key.contains($0) } }
        #expect(
            left.allSatisfy { name in (other + ["oauth.redirect", "oauth.token_url"]).contains { name.hasSuffix($0) } },
            "\(left)"
        )
    }

    /// The example's values by full key.
    private static let values: [String: String] = {
        var values: [String: String] = [:]
        var path: [(indent: Int, name: String)] = []
        for line in ConfigurationPage.example.split(separator: "\n") {
            let body = line.drop { $0 == " " || $0 == "-" }
            let indent = line.count - body.count
            let parts = body.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            path.removeAll { $0.indent >= indent }
            path.append((indent, ["clients", "chats"].contains(parts[0]) ? "\(parts[0])[]" : String(parts[0])))
            let value = parts[1].prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            if !value.isEmpty { values[path.map(\.name).joined(separator: ".")] = value }
        }
        return values
    }()
}
