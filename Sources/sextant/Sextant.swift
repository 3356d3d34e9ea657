import ArgumentParser
import Foundation

/// The command `sextant`. One file per subcommand in `Commands/`.
struct Sextant: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sextant",
        abstract: "Executes orders from signals at Indian brokers, and follows them in the broker's own books.",
        discussion: """
            EXAMPLES
              sextant demo                           all of it, with a simulated broker
              sextant serve --config sextant.yaml    take alerts and trade
              sextant orders --status FAILED         what was not executed, and why
              sextant order 01KAX3V0Z2QJ8W5M6N7P8R9S0T --why
              sextant halt --reason "news"           nothing adds risk any more

            COMPLETION
              sextant --generate-completion-script bash > ~/.sextant-completion
              source ~/.sextant-completion           in ~/.bashrc; zsh and fish likewise
            """,
        subcommands: [
            Serve.self, Simulate.self, SimulateWorld.self, Demo.self, Orders.self, Order.self, Cancel.self,
            Resolve.self, Exit.self,
            HaltCommand.self,
            ResumeCommand.self, Kill.self, Risk.self, RiskPageCommand.self, Reconcile.self, Adopt.self,
            ForceCloseStrategy.self, ForceClearSymbol.self, Login.self,
            SelfCheck.self, Backup.self, Instruments.self, Bench.self,
            ConfigurationPageCommand.self,
        ]
    )
}

/// Something a command found wrong or refused: one line, exit code 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Exit codes are the contract's: 0 done, 1 refused or found wrong, 2 usage.
@main
enum Main {
    static func main() async {
        if DeskBench.runsKernel(CommandLine.arguments) { return }
        await run()
    }

    /// Away from the main actor, where every `await` would cost a change of threads.
    @concurrent private static func run() async {
        do {
            if try await MemoryBench.runsKernel(CommandLine.arguments) { return }
            var command = try Sextant.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            let code = Sextant.exitCode(for: error)
            switch code {
            case .success: print(Sextant.fullMessage(for: error))
            case .validationFailure:
                complain(Sextant.fullMessage(for: error))
                exit(2)
            default:
                if !(error is ExitCode) { complain("sextant: \(error)") }
                exit(1)
            }
        }
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
