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
        /// Waits for the store's lock.
        var standby: Running?
        /// The process that holds the store's lock.
        var writer: Int?
        var lives = 0
        var crashes = 0
        var isOver = false
        var slowestRest = 0
    }

    /// Monday, 23 November 2026, 09:30 in Asia/Kolkata.
    static let morning = Timestamp(microseconds: 1_795_406_400_000_000)

    let seed: UInt64
    let scheduler: Scheduler
    let trace: Trace
    let faults: Faults
    let accounts: [Account]
    let disk: Disk
    let clock: WorldClock
    let ids = WorldIDs()
    /// Where this world's process dies most often.
    private let weakPoint: CrashPoint
    let state: Mutex<State>

    init(seed: UInt64, keepsLines: Bool) {
        self.seed = seed
        scheduler = Scheduler(chance: Chance(seed: seed, .scheduler))
        let trace = Trace(scheduler, keepsLines: keepsLines)
        self.trace = trace
        faults = Faults(seed: seed)
        clock = WorldClock(scheduler, start: Self.morning)
        var chance = Chance(seed: seed, .world)
        let (scheduler, faults) = (scheduler, faults)
        accounts = (1...(chance.happens(20) ? 2 : 1)).map { number in
            Account(number, scheduler, faults: faults, trace: trace, seed: seed)
        }
        weakPoint = chance.oneOf(CrashPoint.allCases)
        disk = Disk(Dictionary(uniqueKeysWithValues: accounts.map { ($0.id, $0.shelf) }))
        state = Mutex(State(chance: chance))
        setPace()
    }

    /// Some machines are slow; and where everything works, nothing is urgent.
    func setPace() {
        let isSlow = faults.has(.slowClock) && !faults.isCalm
        if isSlow { faults.count(.slowClock) }
        let paces = isSlow ? [200, 400] : [1, 20, 50, 50, 100]
        clock.wakeUp(every: .milliseconds(faults.isCalm ? 250 : draw { $0.oneOf(paces) }))
    }

    /// The client that something happens to.
    func anyone() -> Account { accounts.count == 1 ? accounts[0] : draw { $0.oneOf(accounts) } }

    func draw<Value>(_ body: (inout Chance) -> Value) -> Value { state.withLock { body(&$0.chance) } }

    var running: Running? { state.withLock { $0.running } }

    func violated(_ text: String) { accounts[0].judge.violated(text) }

    var violations: [String] { accounts.flatMap(\.judge.violations) }

    /// Runs this world to its end.
    func run() -> WorldOutcome {
        let story = Task(executorPreference: scheduler) {
            await self.live()
            self.state.withLock { $0.isOver = true }
        }
        let ended = scheduler.run(atMost: 20_000_000) { state.withLock { $0.isOver } }
        if !ended { violated("the world came to a standstill") }
        story.cancel()
        while let running { kill(running) }
        // What was cancelled unwinds, so that nothing is left behind.
        _ = scheduler.run(atMost: scheduler.steps + 100_000) { false }
        return outcome
    }

    private var outcome: WorldOutcome {
        let (lives, crashes) = state.withLock { ($0.lives, $0.crashes) }
        var coverage = Coverage()
        for account in accounts { coverage.add(account.judge.coverage) }
        coverage.faults = faults.struck
        return WorldOutcome(
            seed: seed,
            hash: trace.hash,
            violations: violations,
            seconds: Int(scheduler.now / 1_000_000),
            slowestRest: state.withLock { $0.slowestRest },
            steps: scheduler.steps,
            orders: accounts.reduce(0) { $0 + $1.exchange.orders.count },
            commands: accounts.reduce(0) { $0 + $1.shelf.read { $0.orders.count } },
            lives: lives,
            crashes: crashes,
            coverage: coverage,
            lines: trace.lines
        )
    }

    // MARK: Lives of the process

    /// Starts a process, unless one runs already: then it is a standby, where there are any.
    func boot() {
        let isStandby = running != nil
        if isStandby, !faults.has(.standby) || state.withLock({ $0.standby }) != nil { return }
        let number = state.withLock { state in
            state.lives += 1
            return state.lives
        }
        trace.note("process \(number) starts\(isStandby ? " as a standby" : "")")
        let process = Process(number) { point, process in self.reach(point, process) }
        let journal = WorldJournal(
            disk,
            process: process,
            faults: faults,
            scheduler: scheduler,
            judge: accounts[0].judge
        )
        let clients = accounts.map { $0.client(for: process, clock: clock) }
        let quiet = Logger(label: "world") { _ in SwiftLogNoOpLogHandler() }
        let file = WorldEmergencyFile(disk, process: process, faults: faults, scheduler: scheduler)
        let engine = Engine(clients: clients, clock: clock, ids: ids, logger: quiet, emergency: file) {
            try await self.lock(for: process)
            return journal
        }
        let task = Task(executorPreference: scheduler) {
            do {
                try await engine.run()
                let isSick = await engine.readiness().values.contains { $0.contains(.storeFailed) }
                self.ended(process, isSick: isSick || process.isSick)
            } catch {
                self.violated("the engine ended with \(error)")
            }
        }
        let new = Running(process: process, engine: engine, task: task)
        state.withLock { state in
            if isStandby { state.standby = new } else { state.running = new }
        }
    }

    /// Returns once no other process can write.
    private func lock(for process: Process) async throws {
        while process.isAlive, !state.withLock({ $0.take(process.number) }) {
            try await scheduler.sleep(for: .milliseconds(100))
        }
        guard process.isAlive else { throw CancellationError() }
        process.writes = true
        state.withLock { state in
            guard state.standby?.process === process else { return }
            (state.running, state.standby) = (state.standby, state.running)  // it was quicker than the one before it
        }
        if process.number > 1 { trace.note("process \(process.number) has the lock") }
    }

    /// A process is told to stop; it finishes what it has in hand.
    func stopGracefully() {
        guard let running, !running.process.isStopping else { return }
        trace.note("process \(running.process.number) is told to stop")
        faults.count(.gracefulStop)
        running.process.isStopping = true
        Task(executorPreference: scheduler) { await running.engine.stop() }
    }

    private func ended(_ process: Process, isSick: Bool) {
        guard process.isAlive, let running, running.process === process else { return }
        trace.note("process \(process.number) has stopped")
        if !process.isStopping { violated("process \(process.number) stopped by itself") }
        if !isSick, process.hasCommitted { for account in accounts { account.judge.stopped() } }
        kill(running)
        scheduler.after(draw { $0.milliseconds(100...3000) }) { self.boot() }
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
        state.withLock { state in
            if state.standby?.process === running.process { state.standby = nil }
            if state.running?.process === running.process { (state.running, state.standby) = (state.standby, nil) }
            if state.writer == running.process.number { state.writer = nil }
        }
    }

    /// A process reaches a point where it can die, and perhaps it does.
    private func reach(_ point: CrashPoint, _ process: Process) {
        guard faults.has(.crash), !faults.isCalm, let running, running.process === process else { return }
        let odds = point == weakPoint ? 100 : point.isFrequent ? 2 : point.isRare ? 50 : 10
        guard mayCrash, draw({ $0.below(1000) }) < odds else { return }
        crash(at: point)
    }

    var mayCrash: Bool { state.withLock { $0.crashes < 5 } }

    func crash(at point: CrashPoint) {
        guard let running else { return }
        trace.note("process \(running.process.number) dies: \(point.rawValue)")
        accounts[0].judge.struck(point)
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

extension World.State {
    /// Whether the lock is this process's now.
    fileprivate mutating func take(_ process: Int) -> Bool {
        writer = writer ?? process
        return writer == process
    }
}
