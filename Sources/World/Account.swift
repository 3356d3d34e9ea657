import Desk
import Engine
import Synchronization
import Trading

/// One client of the engine: its account at an exchange of its own, what is stored of it, and who judges it.
///
/// Two clients share names, keys and broker's numbers, so that whatever gets from one to the other is seen.
final class Account: Sendable {
    struct State {
        var sent: [Alert] = []
        var known: [CommandID] = []
        var halts: [Halt.Scope] = []
        /// Whose halting or resuming is under way: two at once would come in any order.
        var turning: Set<Halt.Scope> = []
        var heldBack: [Alert] = []
        /// Repeats that were sent and have not come.
        var alertsInAir = 0
    }

    let id: ClientID
    let exchange: Exchange
    let judge: Judge
    let shelf: Shelf
    let settings: DeskSettings
    let placeTimeout: Duration
    let limits: CallLimits
    let state = Mutex(State())

    init(_ number: Int, _ scheduler: Scheduler, faults: Faults, trace: Trace, seed: UInt64) {
        id = ClientID("FA0000\(number)")
        var chance = Chance(seed: seed &+ UInt64(number - 1) << 48, .plan)
        exchange = Exchange(
            scheduler,
            faults: faults,
            trace: trace,
            start: World.morning,
            chance: Chance(seed: seed &+ UInt64(number - 1) << 48, .exchange)
        )
        var settings = DeskSettings()
        settings.absenceAfter = chance.oneOf([.seconds(4), .seconds(6), .seconds(15)])
        settings.crossStrategy = chance.oneOf(DeskSettings.CrossStrategy.allCases)
        settings.legs = chance.oneOf(DeskSettings.Legs.allCases)
        settings.baseMaxLoss = Money(tenThousandths: 50_000_000)
        // By the seed alone, so that what is drawn stays as it was. Where the loss is out of reach, trading goes on.
        if seed % 3 != 0 { settings.baseMaxLoss = Money(tenThousandths: 500_000_000) }
        settings.risk.onBreach = seed % 2 == 0 ? .flatten : .block
        if seed % 5 == 0 { settings.risk.trailStep = Money(tenThousandths: 10_000_000) }
        if seed % 4 == 0 { settings.risk.cooldown = RiskSettings.Cooldown(afterDays: 1, days: 2) }
        if seed % 7 == 0 { settings.risk.cooldownAfterExit = .seconds(5) }
        exchange.market.settle(&settings)
        // By the seed alone, so that what is drawn stays as it was.
        settings.closedStay = [.zero, .seconds(3), .seconds(60)][Int(seed % 3)]
        if seed % 5 < 2 { settings.limits = Self.limits }
        self.settings = settings
        placeTimeout = chance.oneOf([.seconds(3), .seconds(10)])
        var limits = CallLimits()
        if chance.happens(60) {
            limits.ordersPerSecond = 40
            limits.callsPerSecond = 50
            limits.callsPerMinute = 1500
        }
        self.limits = limits
        judge = Judge(
            id,
            scheduler,
            trace: trace,
            limits: limits,
            orderLimits: settings.limits.client,
            absenceAfter: settings.absenceAfter
        )
        shelf = Shelf(judge: judge)
        judge.links.withLock { $0 = (exchange, shelf) }
    }

    /// Such that some orders are held back, and others not.
    private static let limits: LimitSettings = {
        var limits = LimitSettings()
        limits.client.orderQuantity = 60
        limits.client.openOrders = 5
        limits.client.ordersPerMinute = 40
        limits.client.strategyPosition = 100
        limits.client.instrumentPosition = 250
        limits.client.grossExposure = Money(tenThousandths: 100_000_000_000)
        limits.haltsOnOrdersOut = true
        return limits
    }()

    /// As one process is configured with it.
    func client(for process: Process, clock: WorldClock) -> EngineClient {
        let broker = WorldBroker(
            exchange,
            process: process,
            judge: judge,
            clock: clock,
            absenceAfter: settings.absenceAfter
        )
        var client = EngineClient(id: id, broker: broker, desk: settings, limits: limits, placeTimeout: placeTimeout)
        client.contracts = exchange.market.contracts
        return client
    }
}
