import ArgumentParser
import Foundation
import Testing

@testable import sextant

/// Completion as a shell asks for it.
struct CompletionTests {
    @Test(arguments: ["bash", "zsh", "fish"]) func `a script is printed that knows every command`(
        shell: String
    ) async throws {
        let script = try await Self.script(shell)
        for command in CommandTree.all where command.type.configuration.shouldDisplay {
            #expect(script.contains(command.path.first ?? "sextant"))
        }
        for word in ["unconfirmed", "2026", "strategy"] { #expect(script.contains(word)) }
    }

    @Test func `bash takes the script, and completes commands, statuses, profiles, scopes and clients`() async throws {
        let folder = try ConfigurationFolder(ConfigurationFolder.sampleYAML)
        try folder.write(try await Self.script("bash"), to: "completion")
        let binary = ChildProcess.binary
        let check = try ChildProcess(["-n", folder.path + "/completion"], in: folder.path, executable: "/bin/bash")
        #expect(try await check.ended() == 0)
        let expected: [([String], Set<String>)] = [
            ([binary, "selfc"], ["selfcheck"]), ([binary, "re"], ["resume", "reconcile", "resolve"]),
            ([binary, "orders", "--status", "un"], ["unconfirmed"]),
            ([binary, "orders", "--status", "E"], ["EXECUTED"]),
            ([binary, "simulate", "--profile", ""], ["2024", "2026"]),
            ([binary, "halt", "--scope", ""], ["global", "client", "strategy", "instrument", "source"]),
            ([binary, "orders", "--config", folder.file, "--client", ""], ["FA00001"]),
            ([binary, "orders", "--client", "FA"], ["FA00001"]),
        ]
        for (words, completions) in expected {
            #expect(try await Self.completions(of: words, in: folder) == completions, "\(words.dropFirst())")
        }
    }

    @Test func `a file that cannot be read completes to nothing, and says nothing`() {
        #expect(Configuration.clientIDs(path: "/nonexistent/sextant.yaml") == [])
    }

    @Test func `client ids are found without the environment that the secrets need`() throws {
        let folder = try ConfigurationFolder("clients: [ { id: a, api: { key: \"${NOWHERE}\" } }, { id: b }, 5 ]")
        #expect(Configuration.clientIDs(path: folder.file) == ["a", "b"])
    }

    private static func script(_ shell: String) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.path
        let process = try ChildProcess(["--generate-completion-script", shell], in: folder)
        #expect(try await process.ended() == 0)
        return process.output
    }

    /// What bash would offer for the last of `words`.
    private static func completions(of words: [String], in folder: ConfigurationFolder) async throws -> Set<String> {
        let line = words.joined(separator: " ")
        try folder.write(
            """
            source ./completion
            COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " ")))
            COMP_CWORD=\(words.count - 1)
            COMP_LINE='\(line)'
            COMP_POINT=\(line.utf8.count)
            COMP_TYPE=9
            _sextant sextant "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """,
            to: "complete"
        )
        let shell = try ChildProcess([folder.path + "/complete"], in: folder.path, executable: "/bin/bash")
        #expect(try await shell.ended() == 0)
        return Set(shell.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    }
}
