import Foundation
import Testing

@testable import sextant

struct ConfigurationSecretTests {
    @Test(arguments: [
        ("\"${SEXTANT_WEBHOOK_SECRET}\"", "6: clients[0].webhook.secret: "),
        ("\"${SEXTANT_API_KEY}\"", "7: clients[0].api.key: "),
        ("\"${P}\"", "12: clients[0].broker.noren.auth.quickauth.password: "),
        ("\"${S}\"", "12: clients[0].broker.noren.auth.quickauth.api_secret: "),
    ])
    func `a secret in clear in a file for everyone is refused`(reference: String, place: String) throws {
        let found = try ConfigurationFolder.problems(replacing: reference, by: "hunter2", mode: 0o644)
        let line = try #require(found.first { $0.hasPrefix(place) })
        #expect(line.contains("; chmod 640 /"))
        #expect(line.hasSuffix(" or use ${NAME}"))
        #expect(!line.contains("hunter2"))
        #expect(try ConfigurationFolder.problems(replacing: reference, by: "hunter2", mode: 0o640) == [])
    }

    @Test func `a file for everyone that only refers to its secrets is fine`() throws {
        let yaml = ConfigurationFolder.sampleYAML.replacingOccurrences(of: "\"123456\"", with: "\"${P}\"")
        #expect(try ConfigurationFolder(yaml, mode: 0o644).problems() == [])
        #expect(try ConfigurationFolder(ConfigurationFolder.sampleYAML, mode: 0o644).problems().count == 1)
    }

    @Test func `secrets show in no print of the configuration`() throws {
        let yaml = ConfigurationFolder.sampleYAML.replacingOccurrences(
            of: "port: 8080",
            with: "port: 8080, admin_key: admin-text"
        )
        let configuration = try ConfigurationFolder(yaml).load()
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [String(describing: configuration), String(reflecting: configuration), dumped] {
            #expect(text.contains("***"))
            for secret in Array(ConfigurationFolder.sampleEnvironment.values) + ["123456", "admin-text"] {
                #expect(!text.contains(secret))
            }
        }
    }

    @Test func `the value of a wrong reference is not shown`() throws {
        let found = try ConfigurationFolder.problems(replacing: "port: 8080", by: "port: \"${P}\"")
        #expect(found.first?.contains("\"${P}\" is not a whole number") == true)
    }

    @Test func `exactly the keys that the contract calls secret are secret`() {
        let secret = Configuration.keys.filter(\.isSecret).map(\.name)
        let named = Configuration.keys.map(\.name).filter { name in
            [".secret", "key", ".password", "_secret", ".factor2"].contains { name.hasSuffix($0) }
        }
        #expect(secret == named)
        #expect(secret.count == 9)
    }
}
