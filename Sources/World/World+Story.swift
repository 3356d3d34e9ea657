import Desk
import Engine
import Synchronization
import Trading

/// What happens in a world, from its first morning to its last check.
extension World {
    func live() async {
        boot()
        await pause(1000...3000)
        await rage()
        await heal()
        if draw({ $0.happens(30) }) { await getOut() }
        while violations.isEmpty, draw({ $0.happens(30) }) {
            await sleepOverNight()
            await rage()
            await heal()
        }
    }

    /// Everybody wants out, and gets out, whatever is halted.
    private func getOut() async {
        trace.note("everybody out")
        for account in accounts {
            let number = account.state.withLock { $0.sent.count }
            for strategy in Self.strategies {
                let out = Alert(
                    source: .dashboard,
                    strategy: strategy,
                    executionType: .exit,
                    contentHash: "out \(number) \(strategy)",
                    request: "{}",
                    legs: []
                )
                submit(out, to: account)
            }
        }
        await pause(8000...8000)
        await rest()
        for account in accounts { account.checkFlat() }
    }

    /// Brokers clear their books some time after midnight; until then they show yesterday's.
    private func sleepOverNight() async {
        for account in accounts { account.exchange.squareOff() }
        await pause(3000...3000)
        await rest()
        let isUp = draw { $0.happens(50) }
        if !isUp {
            while let running { stop(running) }
        }
        clock.jump(accounts.map { $0.exchange.close() }.first ?? .zero)
        for account in accounts { account.judge.clockJumped() }
        if !isUp, draw({ $0.happens(50) }) { boot() }
        await pause(2000...20_000)
        clock.jump(accounts.map { $0.exchange.open() }.first ?? .zero)
        for account in accounts { account.judge.clockJumped() }
        if running == nil { boot() }
        await pause(1000...5000)
        faults.rage()
        setPace()
    }

    /// Alerts, operators and faults, in any order.
    private func rage() async {
        for _ in 0..<draw({ $0.happens(50) ? $0.within(10...40) : $0.within(40...100) }) {
            for _ in 0..<draw({ $0.oneOf([1, 1, 1, 1, 3, 8]) }) { act() }
            await pause(draw { $0.oneOf([0...20, 20...200, 100...1000, 500...2500]) })
            await restartIfSick()
        }
    }

    /// From here on everything works; what is on its way comes to its end.
    private func heal() async {
        faults.calm()
        setPace()
        trace.note("calm")
        for account in accounts {
            let held = account.state.withLock { state in
                defer { state.heldBack = [] }
                return state.heldBack
            }
            for alert in held { submit(alert, to: account) }
        }
        await rest()
    }

    /// Waits until our books are the exchange's.
    private func rest() async {
        var differences: [String] = []
        for second in 1...150 {
            await pause(1000...1000)
            await restartIfSick()
            guard let running else { continue }
            differences = []
            for account in accounts {
                differences += await account.differences(running.engine)
                differences += account.unrest
            }
            if running.process.isStopping { differences.append("a process is stopping") }
            if running.process.isSick { differences.append("a commit hangs") }
            if differences.isEmpty {
                state.withLock { $0.slowestRest = max($0.slowestRest, second) }
                return
            }
        }
        if running == nil { violated("at rest: nothing runs") }
        for difference in differences { violated("at rest: \(difference)") }
    }

    func pause(_ range: ClosedRange<Int>) async {
        try? await scheduler.sleep(for: draw { $0.milliseconds(range) })
    }

    private func restartIfSick() async {
        guard let running else { return }
        let isFailed = await running.engine.readiness().values.contains { $0.contains(.storeFailed) }
        if isFailed, running.process.isSick || draw({ $0.happens(20) }) { restart() }
    }
}

extension Account {
    /// What is still on its way.
    fileprivate var unrest: [String] {
        var found: [String] = []
        if exchange.state.withLock({ $0.inAir }) > 0 { found.append("an order is in the air") }
        if exchange.state.withLock({ !$0.changing.isEmpty }) { found.append("a change is in the air") }
        if exchange.orders.contains(where: { $0.isOpen && $0.isAtMarket && !$0.isOutpriced && !$0.isResizedByHand }) {
            found.append("an order at the market is not done")
        }
        if state.withLock({ $0.alertsInAir }) > 0 { found.append("an alert is in the air") }
        return found
    }

    /// Everybody wanted out.
    fileprivate func checkFlat() {
        // An exit that was made larger by hand has nobody's position left to close, and takes of the room of others.
        let byHand = Set(
            exchange.fills.filter { $0.command == nil }.map(\.position)
                + exchange.orders.filter(\.isResizedByHand).map(\.position)
        )
        // What fills late on an order that no exit had to wait for is told of, and nobody's to close.
        let orders = shelf.read { $0.orders }
        let late = Set(
            exchange.fills.filter(\.isLate).compactMap(\.command)
                .filter { orders[$0.id]?.makesWayFor == nil }.map(\.holding)
        )
        // An exit at the market is being worked on for as long as a quote is believed, though the market has left it behind:
        // whoever asks again meanwhile is told so, and may ask once more.
        let leftBehind = Set(
            exchange.orders.filter { $0.isOpen && $0.isOutpriced && $0.command?.reduces == true }
                .compactMap(\.command?.holding)
        )
        let held = exchange.state.withLock { state in
            state.owned.filter { key, quantity in
                quantity != 0 && !byHand.contains(key.position) && !state.tooLarge.contains(key) && !late.contains(key)
                    && !leftBehind.contains(key)
            }
        }
        for (key, quantity) in held.sorted(by: { $0.key < $1.key }) {
            judge.violated("\(id) \(key) still holds \(quantity) after its exit")
        }
    }
}
