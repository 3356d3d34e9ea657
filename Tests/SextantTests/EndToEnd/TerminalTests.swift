import JSONText
import Testing

/// What a person sees on a terminal, and a script through a pipe.
@Suite(.serialized) struct TerminalTests {
    static let escape: Character = "\u{1B}"

    @Test func `statuses have colours on a terminal, and there is no escape anywhere else`() async throws {
        try await Sandbox.trading { sandbox, server in
            let entry = try await server.post(Alerts.entry("S"))
            let id = entry.ids.first ?? ""
            try await server.until(id, is: "filled")
            _ = try await server.post(Alerts.exit("NOBODY", [["tradingsymbol": "ACC-EQ"]]))
            let configuration = ["--config", sandbox.configurationPath]
            for command in [["orders"], ["order", id, "--why"], ["reconcile"]] {
                let shown = try await PseudoTerminal.run(command + configuration, in: sandbox.folder)
                #expect(shown.status == 0)
                #expect(shown.output.contains(Self.escape), "\(command)")
                let piped = try ChildProcess(command + configuration, in: sandbox.folder)
                #expect(try await piped.ended() == 0)
                #expect(!piped.output.contains(Self.escape), "\(command)")
                let words = shown.output.replacing(#/\u{1B}\[[0-9]+m/#, with: "").replacing("\r\n", with: "\n")
                // A second reading of the books has a time of its own.
                if command != ["reconcile"] { #expect(words == piped.output) }
            }
            let orders = try await PseudoTerminal.run(["orders"] + configuration, in: sandbox.folder).output
            #expect(orders.contains("\u{1B}[32mEXECUTED\u{1B}[0m"))
            #expect(orders.contains("\u{1B}[31mFAILED (blocked)\u{1B}[0m"))
        }
    }

    @Test func `JSON, NO_COLOR and a dumb terminal get no colours on a terminal either`() async throws {
        try await Sandbox.trading { sandbox, server in
            _ = try await server.post(Alerts.entry("S").changed(["test_mode": "SUCCESS"]))
            let command = ["orders", "--config", sandbox.configurationPath]
            for (more, environment) in [
                (["--json"], ["TERM": "xterm"]), ([], ["TERM": "xterm", "NO_COLOR": "1"]), ([], ["TERM": "dumb"]),
            ] {
                let shown = try await PseudoTerminal.run(command + more, in: sandbox.folder, environment: environment)
                #expect(shown.output.contains("EXECUTED"))
                #expect(!shown.output.contains(Self.escape), "\(more) \(environment)")
            }
        }
    }

    @Test func `a result that nobody can read is a failure, not a crash`() async throws {
        try await Sandbox.trading { sandbox, _ in
            let line = "\(ChildProcess.binary) orders --config \(sandbox.configurationPath) > /dev/full"
            let shell = try ChildProcess(["-c", line], in: sandbox.folder, executable: "/bin/sh")
            #expect(try await shell.ended() == 1)
            #expect(shell.errors.contains("standard output"))
        }
    }
}
