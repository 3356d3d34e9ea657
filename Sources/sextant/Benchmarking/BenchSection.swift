import ArgumentParser

/// One part of the bench. Each can be run alone, and measures the limits it is judged by itself.
enum BenchSection: String, CaseIterable, ExpressibleByArgument {
    case disk, engine, wire, desk, risk, webhook, memory, restart, masters

    func run(on bench: Workbench) async throws {
        switch self {
        case .disk: try DiskBench(bench: bench).run()
        case .engine: try await EngineBench(bench: bench).run()
        case .wire: try await WireBench(bench: bench).run()
        case .desk: try await DeskBench(bench: bench).run()
        case .risk: try await RiskBench(bench: bench).run()
        case .webhook: try await WebhookBench(bench: bench).run()
        case .memory: try await MemoryBench(bench: bench).run()
        case .restart: try await RestartBench(bench: bench).run()
        case .masters: try MastersBench(bench: bench).run()
        }
    }
}
