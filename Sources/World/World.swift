import Desk
import Engine
import Logging
import Synchronization
import Trading

/// A whole world from one seed: the real engine and desk, with time, store, broker, senders and operators that are drawn.
///
/// First everything breaks, then everything heals; at the end our books must be the exchange's.
final class World: Sendable {
    struct Running: Sendable {
        let process: Process
        let engine: Engine
        let task: Task<Void, Never>
    }

    struct State {
        var chance: Chance
        var running: Running?
        var lives = 0
        var crashes = 0
        var isOver = false
        var slowestRest = 0
        var rounds = 0
        var sent: [Alert] = []
        var known: [CommandID] = []
        var halts: [Halt.Scope] = []
        /// Whose halting or resuming is under way: two at once would come in any order.
        var turning: Set<Halt.Scope> = []
        var heldBack: [Alert] = []
        /// Repeats that were sent and have not come.
        var alertsInAir = 0
    }

    static let client: ClientID = "FA00001"
    /// Monday, 23 November 2026, 09:30 in Asia/Kolkata.
    static let morning = Timestamp(microseconds: 1_795_406_400_000_000)

    let seed: UInt64
    let scheduler: Scheduler
    let trace: Trace
    let faults: Faults
    let exchange: Exchange
    let judge: Judge
    let disk: Disk
    let clock: WorldClock
    let ids = WorldIDs()
    let settings: DeskSettings
    let placeTimeout: Duration
    let limits: CallLimits
    /// Where this world's process dies most often.
    private let weakPoint: CrashPoint
    let state: Mutex<State>

    init(seed: UInt64, keepsLines: Bool) {
        self.seed = seed
        scheduler = Scheduler(chance: Chance(seed: seed, .scheduler))
        trace = Trace(scheduler, keepsLines: keepsLines)
        faults = Faults(seed: seed)
        exchange = Exchange(scheduler, faults: faults, trace: trace, start: Self.morning, seed: seed)
        clock = WorldClock(scheduler, start: Self.morning)
        var chance = Chance(seed: seed, .plan)
        var settings = DeskSettings()
        settings.absenceAfter = chance.oneOf([.seconds(4), .seconds(6), .seconds(15)])
        settings.crossStrategy = chance.oneOf(DeskSettings.CrossStrategy.allCases)
        settings.legs = chance.oneOf(DeskSettings.Legs.allCases)
        settings.baseMaxLoss = Money(tenThousandths: 50_000_000)
        self.settings = settings
        placeTimeout = chance.oneOf([.seconds(3), .seconds(10)])
        weakPoint = chance.oneOf(CrashPoint.allCases)
        var limits = CallLimits()
        if chance.happens(60) {
            limits.ordersPerSecond = 40
            limits.callsPerSecond = 50
            limits.callsPerMinute = 1500
        }
        self.limits = limits
        judge = Judge(scheduler, trace: trace, limits: limits, absenceAfter: settings.absenceAfter)
        disk = Disk(judge: judge)
        state = Mutex(State(chance: chance))
        judge.links.withLock { $0 = (exchange, disk) }
    }

    func draw<Value>(_ body: (inout Chance) -> Value) -> Value { state.withLock { body(&$0.chance) } }

    var running: Running? { state.withLock { $0.running } }

    /// Runs this world to its end.
    func run() -> WorldOutcome {
        let story = Task(executorPreference: scheduler) {
            await self.live()
            self.state.withLock { $0.isOver = true }
        }
        let ended = scheduler.run(atMost: 20_000_000) { state.withLock { $0.isOver } }
        if !ended { judge.violated("the world came to a standstill") }
        story.cancel()
        if let running { kill(running) }
        // What was cancelled unwinds, so that nothing is left behind.
        _ = scheduler.run(atMost: scheduler.steps + 100_000) { false }
        return outcome
    }

    private var outcome: WorldOutcome {
        let (lives, crashes) = state.withLock { ($0.lives, $0.crashes) }
        var coverage = judge.coverage
        coverage.faults = faults.struck
        return WorldOutcome(
            seed: seed,
            hash: trace.hash,
            violations: judge.violations,
            seconds: Int(scheduler.now / 1_000_000),
            slowestRest: state.withLock { $0.slowestRest },
            steps: scheduler.steps,
            orders: exchange.orders.count,
            commands: disk.read { $0.orders.count },
            lives: lives,
            crashes: crashes,
            coverage: coverage,
            lines: trace.lines
        )
    }

    // MARK: Lives of the process

    func boot() {
        let number = state.withLock { state in
            state.lives += 1
            return state.lives
        }
        trace.note("process \(number) starts")
        let process = Process(number) { point, process in self.reach(point, process) }
        let journal = WorldJournal(disk, process: process, faults: faults, scheduler: scheduler, judge: judge)
        let broker = WorldBroker(exchange, process: process, judge: judge, absenceAfter: settings.absenceAfter)
        let client = EngineClient(
            id: Self.client,
            broker: broker,
            desk: settings,
            limits: limits,
            placeTimeout: placeTimeout
        )
        let quiet = Logger(label: "world") { _ in SwiftLogNoOpLogHandler() }
        let engine = Engine(clients: [client], clock: clock, ids: ids, logger: quiet) { journal }
        let task = Task(executorPreference: scheduler) {
            do {
                try await engine.run()
            } catch {
                self.judge.violated("the engine ended with \(error)")
            }
        }
        state.withLock { $0.running = Running(process: process, engine: engine, task: task) }
    }

    /// A quiet end: nothing is under way.
    func stop(_ running: Running) {
        trace.note("process \(running.process.number) stops")
        kill(running)
        disk.crash(tailSurvives: false)
    }

    private func kill(_ running: Running) {
        running.process.die()
        running.task.cancel()
        state.withLock { $0.running = nil }
    }

    /// A process reaches a point where it can die, and perhaps it does.
    private func reach(_ point: CrashPoint, _ process: Process) {
        guard faults.has(.crash), !faults.isCalm, let running, running.process === process else { return }
        let odds = point == weakPoint ? 100 : [CrashPoint.bookAsked, .bookRead, .pushed].contains(point) ? 2 : 10
        guard mayCrash, draw({ $0.below(1000) }) < odds else { return }
        crash(at: point)
    }

    var mayCrash: Bool { state.withLock { $0.crashes < 5 } }

    func crash(at point: CrashPoint) {
        guard let running else { return }
        trace.note("process \(running.process.number) dies: \(point.rawValue)")
        judge.struck(point)
        state.withLock { $0.crashes += 1 }
        faults.count(.crash)
        kill(running)
        disk.crash(tailSurvives: draw { $0.happens(50) })
        scheduler.after(draw { $0.milliseconds(100...5000) }) { self.boot() }
    }

    /// A person starts a process anew whose store has failed.
    func restart() {
        guard let running else { return }
        trace.note("process \(running.process.number) is restarted")
        kill(running)
        disk.crash(tailSurvives: draw { $0.happens(50) })
        boot()
    }
}
