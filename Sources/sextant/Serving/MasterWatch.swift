import BrokerNoren
import Engine
import Logging
import ServiceLifecycle
import Trading

/// Gives the engine the contracts of each broker, and the new ones when `instruments sync` has made a new set.
struct MasterWatch: Service {
    private static let interval: Duration = .seconds(5)

    let engine: Engine
    let logger: Logger
    /// What the engine was given when it was made.
    let first: [Loaded]

    /// A set that was read, or that could not be.
    struct Loaded: Sendable {
        let shared: ConfiguredMasters.Shared
        var set: MasterSet?
        var contracts: ContractTable?
        var problem: MasterFlaw?

        init(_ shared: ConfiguredMasters.Shared) {
            self.shared = shared
            do throws(MasterFlaw) {
                set = try shared.store.current()
                if let set { contracts = try shared.store.contracts(of: set) }
            } catch {
                problem = error
            }
        }

        func log(_ logger: Logger) {
            let url: Logger.MetadataValue = "\(shared.store.source.url)"
            if let problem {
                logger.error(
                    "the masters cannot be read; run `sextant instruments sync`",
                    metadata: ["url": url, "problem": "\(problem)"]
                )
            } else if let set {
                logger.notice(
                    "contracts loaded",
                    metadata: ["url": url, "contracts": "\(set.contracts)", "day": "\(set.day.date)"]
                )
            } else {
                logger.notice(
                    "there are no masters, so contracts are not checked; run `sextant instruments sync`",
                    metadata: ["url": url]
                )
            }
        }
    }

    func run() async throws {
        try? await cancelWhenGracefulShutdown { try await watch() }  // it ends only by being cancelled
    }

    private func watch() async throws {
        var known = first
        while true {
            try await Task.sleep(for: Self.interval)
            for (index, last) in known.enumerated() {
                // What cannot be read now was complained of; what is in use stays in use.
                guard let current = try? last.shared.store.current(), current != last.set else { continue }
                known[index] = Loaded(last.shared)
                known[index].log(logger)
                if let contracts = known[index].contracts { await engine.take(contracts, for: last.shared.clients) }
            }
        }
    }
}
