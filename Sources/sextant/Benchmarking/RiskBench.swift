import Desk
import Engine
import Logging
import Trading

/// What the checks take of an order's time, and how soon a halt holds.
struct RiskBench {
    let bench: Workbench

    func run() async throws {
        checks()
        try await halt()
    }

    /// Every check and limit there is, each set so that it must compare and lets the order pass.
    private func checks() {
        let count = 100_000
        var best: Duration = .seconds(3600)
        var passed = 0
        for seed in 1...3 {
            var kernel = DeskKernel(open: 100, seed: UInt64(seed), Self.everyLimit)
            kernel.warmUp()
            best = min(best, ContinuousClock().measure { passed += kernel.executeChecks(count) })
        }
        let each = best.inSeconds / Double(count) * 1_000_000
        let all = passed == 3 * count ? "" : ", \(3 * count - passed) did not pass"
        bench.report(
            .risk,
            "all checks of an order",
            "\((each * 100).rounded() / 100) µs on one core\(all)",
            Limit("under 5 µs", met: each < 5 && passed == 3 * count)
        )
    }

    private static func everyLimit(_ settings: inout DeskSettings) {
        settings.baseMaxLoss = Money(tenThousandths: 10_000_000_000)
        settings.risk.cooldownAfterExit = .seconds(60)
        settings.maxProfitAge = .seconds(3600)
        settings.crossStrategy = .netting
        var limits = Limits.none
        limits.orderQuantity = 1_000_000
        limits.orderValue = Money(tenThousandths: 10_000_000_000_000)
        limits.priceCollar = 1000
        limits.openOrders = 1_000_000
        limits.ordersPerSecond = 1_000_000
        limits.ordersPerMinute = 1_000_000
        limits.ordersPerDay = 1_000_000
        limits.repeatedOrders = 1_000_000
        limits.instrumentPosition = 1_000_000
        limits.strategyPosition = 1_000_000
        limits.grossExposure = Money(tenThousandths: 10_000_000_000_000)
        settings.limits.client = limits
        settings.limits.haltsOnOrdersOut = true
        settings.limits.blocksSelfCrossing = true
        settings.limits.holdsToTradingHours = true
        settings.limits.avoidsExpiryDay = true
        settings.limits.restricted = ["MCX", "NSE:OTHER-EQ"]
        settings.limits.allowed = ["NSE"]
    }

    /// Nothing leaves for a halted client once the halt is stepped: that is done before its commit begins.
    private func halt() async throws {
        let disk = try DiskProbe.appends(300, in: bench.folder).quantile(0.5)
        // Each halt is told of.
        let silent = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let benched = try await BenchedEngine.start(storeAt: bench.folder + "/halt.db", logger: silent)
        var effective: [Duration] = []
        var durable: [Duration] = []
        for number in 0..<200 {
            let halt = Halt(
                scope: .client,
                mode: .halt,
                by: "bench",
                reason: "measured \(number)",
                at: SystemClock().now()
            )
            let began = ContinuousClock.now
            try await benched.engine.halt(halt, client: BenchedEngine.client)
            durable.append(ContinuousClock.now - began)
            if let stepped = benched.journal.count.began { effective.append(stepped - began) }
            try await benched.engine.resume(.client, by: "bench", reason: "measured", client: BenchedEngine.client)
        }
        try await benched.stop()
        let (inMemory, kept) = (effective.sorted().quantile(0.5), durable.sorted().quantile(0.5))
        bench.report(
            .risk,
            "halt in force",
            "p50 \(inMemory.milliseconds) in memory, \(kept.milliseconds) durable",
            Limit("in memory under 1 ms", met: inMemory < .milliseconds(1)),
            Limit(
                "durable within one fsync (\(disk.milliseconds)) + 0.3 ms",
                met: kept <= disk + .microseconds(300)
            )
        )
    }
}
