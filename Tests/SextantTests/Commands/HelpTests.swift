import ArgumentParser
import Foundation
import Testing

@testable import sextant

struct HelpTests {
    @Test func `every command of the contract is in the tree`() {
        let names = CommandTree.all.map { $0.path.joined(separator: " ") }
        let expected = [
            "", "serve", "simulate", "demo", "orders", "order", "cancel", "exit", "halt", "resume", "reconcile",
            "selfcheck", "backup", "bench", "login", "instruments", "instruments sync",
        ]
        #expect(Set(expected).subtracting(names) == [])
    }

    @Test(arguments: CommandTree.all) func `help exits with 0 and has examples that fit a terminal`(
        command: CommandTree.Entry
    ) async throws {
        let process = try ChildProcess(command.path + ["--help"], in: FileManager.default.temporaryDirectory.path)
        #expect(try await process.ended() == 0)
        #expect(process.errors.isEmpty)
        #expect(process.output.contains("\nEXAMPLES\n") && process.output.contains("USAGE: sextant"))
        #expect(!command.examples.isEmpty)
        for example in command.examples { #expect(process.output.contains("  " + example), "wrapped: \(example)") }
    }

    @Test(arguments: CommandTree.all) func `every example is a command as it stands`(
        command: CommandTree.Entry
    ) throws {
        for example in command.examples {
            let words = CommandTree.words(example).dropFirst()
            #expect(throws: Never.self, "\(example)") { try Sextant.parseAsRoot(Array(words)) }
            if !command.path.isEmpty { #expect(Array(words.prefix(command.path.count)) == command.path) }
        }
    }

    @Test func `an example that is wrong would be found`() {
        #expect(throws: (any Error).self) { try Sextant.parseAsRoot(CommandTree.words("halt --scope strategy")) }
        #expect(CommandTree.words(#"halt --reason "no news" x"#) == ["halt", "--reason", "no news", "x"])
    }
}
