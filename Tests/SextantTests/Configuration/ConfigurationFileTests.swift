import Foundation
import Testing

@testable import sextant

struct ConfigurationFileTests {
    @Test func `a file that is missing is one line that says where else to look`() {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(path: "/nowhere/sextant.yaml", environment: [:])
        }
        #expect(
            error?.description
                == "/nowhere/sextant.yaml: there is no such file; name one with --config or $SEXTANT_CONFIG"
        )
    }

    @Test(arguments: [
        "a: [1\nb: 2", "\ta: 1", "a: b: c", "a: *b", "--- 1\n--- 2", "just text", "- list", "a: \u{1}", "\"a: ",
    ])
    func `what is no YAML mapping is one line`(text: String) throws {
        let found = try ConfigurationFolder(text).problems()
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.contains("; ") == true, "\(found)")
    }

    @Test func `a folder is no file`() throws {
        let folder = try ConfigurationFolder("")
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration.load(path: folder.path, environment: [:])
        }
        #expect(error?.description.hasPrefix("\(folder.path): cannot be read; ") == true)
    }

    @Test func `an odd character is found`() throws {
        #expect(try ConfigurationFolder("a: 1\nb: \u{1}\n").problems().first?.hasPrefix("2: is not valid YAML") == true)
    }

    @Test func `a problem stays on its line whatever the key holds`() throws {
        let found = try ConfigurationFolder(ConfigurationFolder.sampleYAML + "? |\n  a\n  b\n: 1\n").problems()
        #expect(found == ["14: a b : is no known key; known here: server, store, clients, calendar, telegram"])
    }

    @Test func `broken YAML does not print the file`() throws {
        let found = try ConfigurationFolder("password: hunter2\npassword: [hunter2\n").problems()
        #expect(found.count == 1)
        #expect(!found.joined().contains("hunter2"))
    }

    @Test func `an empty file lacks what is required`() throws {
        let found = try ConfigurationFolder("# nothing\n").problems()
        #expect(found.map { String($0.prefix(10)) } == ["1: store.s", "1: clients"])
    }

    @Test func `a byte order mark and carriage returns do no harm`() throws {
        let yaml = "\u{FEFF}" + ConfigurationFolder.sampleYAML.replacingOccurrences(of: "\n", with: "\r\n")
        #expect(try ConfigurationFolder(yaml).problems() == [])
    }

    @Test func `a value may come from a file beside the configuration, or in part from the environment`() throws {
        let yaml = ConfigurationFolder.sampleYAML.replacingOccurrences(
            of: "\"${P}\"",
            with: "\"a$$b-${P}-${file:p.txt}\""
        )
        let folder = try ConfigurationFolder(yaml)
        try folder.write("from ${file}\n", to: "p.txt")
        guard case .quickAuth(let login) = try folder.load().clients.first?.broker?.authentication else {
            Issue.record("The sample has QuickAuth.")
            return
        }
        #expect(login.password.reveal == "a$$b-password-text-from ${file}")
    }
}
