import ArgumentParser
import Logging
import NorenSimulator
import ServiceLifecycle
import Trading
import UnixSignals

struct Simulate: AsyncParsableCommand {
    enum Limits: String, ExpressibleByArgument, CaseIterable {
        case on, off
    }

    enum Profile: String, ExpressibleByArgument, CaseIterable {
        case y2024 = "2024"
        case y2026 = "2026"
    }

    enum Hours: String, ExpressibleByArgument, CaseIterable {
        case always, exchange
    }

    static let configuration = CommandConfiguration(
        abstract: "A broker to practise against: a Noren server with a market, books, push and faults.",
        discussion: """
            Accounts are FA00001, FA00002, …; password Secret@1, vendor code <uid>_U, secret api-secret, any 6-digit OTP,
            OAuth code 11111111-2222-3333-4444-555555555555. docs/simulator.md says how to point a bot at it.
            With --keep, orders, positions, holdings and prices outlive the process.

            EXAMPLES
              sextant simulate --port 8899
              sextant simulate --keep broker.books --hours exchange
              sextant simulate --profile 2026 --habit also_ck=false
              curl http://127.0.0.1:8899/control/ledger
            """
    )

    @OptionGroup var options: CommonOptions
    @Option(help: "The port to listen on; 0 picks a free one.") var port = 8899
    @Option(help: "How many accounts there are.") var accounts = 1
    @Option(help: "What the market is drawn from; the same seed gives the same market.") var seed: UInt64 = 1
    @Option(help: "2024: QuickAuth, market orders taken. 2026: OAuth only, market orders refused.")
    var profile = Profile.y2024
    @Option(help: "Whether 10 calls a second and 120 a minute are enforced.") var limits = Limits.on
    @Option(
        help: "always: trades day and night. exchange: weekdays 9:15 to 15:30 in India, with all that a day brings."
    )
    var hours = Hours.always
    @Option(help: "The address that orders may come from under the profile 2026.") var staticIp = "127.0.0.1"
    @Option(help: "A setting of what is not known of live brokers, NAME=VALUE; may be repeated.")
    var habit: [String] = []
    @Option(help: "Ask for TOTP codes of this base-32 secret.") var totpSecret: String?
    @Option(help: ArgumentHelp("The file that keeps the books over restarts.", valueName: "file")) var keep: String?

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port must be 0 to 65535") }
        guard (1...1000).contains(accounts) else { throw ValidationError("--accounts must be 1 to 1000") }
        _ = try habits()
    }

    private func habits() throws -> BrokerHabits {
        var habits = BrokerHabits()
        for setting in habit {
            let parts = setting.split(separator: "=", maxSplits: 1).map { String($0) }
            do throws(HabitError) {
                try habits.set(parts.first ?? "", to: parts.count > 1 ? parts[1] : "")
            } catch {
                throw ValidationError("--habit \(setting): \(error)")
            }
        }
        return habits
    }

    func run() async throws {
        var settings = SimulatorSettings()
        settings.port = port
        settings.accounts = accounts
        settings.seed = seed
        settings.profile = profile == .y2024 ? .y2024 : .y2026
        settings.limits = limits == .on
        settings.hours = hours == .always ? .always : .exchange
        settings.staticAddress = staticIp
        settings.habits = try habits()
        settings.totpSecret = totpSecret
        settings.keepsBooksAt = keep
        let clock = SystemClock()
        let logger = Logger.sextant(.notice)
        let simulator = NorenSimulator(settings: settings, now: { clock.now().microseconds }, logger: logger)
        do {
            let bound = try await simulator.start()
            try await simulator.openBooks()
            let line = "simulator listening on http://\(settings.host):\(bound)"
            let group = ServiceGroup(
                services: [simulator, Announcement(line: line)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
            try await group.run()
        } catch {
            throw CommandFailure(startFailure: error, settings.host, port)
        }
    }
}

/// Says its line once the group runs: whoever reads it may send SIGTERM at once, and the group minds signals by then.
private struct Announcement: Service {
    let line: String

    func run() async throws {
        announce(line)
        try await gracefulShutdown()
    }
}
