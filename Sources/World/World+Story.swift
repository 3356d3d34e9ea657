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
    }

    /// Alerts, operators and faults, in any order.
    private func rage() async {
        for _ in 0..<draw({ $0.within(10...40) }) {
            act()
            await pause(draw { $0.oneOf([0...20, 50...400, 200...2000, 1000...3000]) })
            await restartIfSick()
        }
    }

    /// From here on everything works; what is on its way comes to its end.
    private func heal() async {
        faults.calm()
        trace.note("calm")
        for alert in state.withLock({ state in
            defer { state.heldBack = [] }
            return state.heldBack
        }) { submit(alert) }
        var differences: [String] = []
        for _ in 0..<150 {
            await pause(1000...1000)
            await restartIfSick()
            guard let running else { continue }
            differences = await self.differences(running.engine)
            if differences.isEmpty { return }
        }
        for difference in differences { judge.violated("at rest: \(difference)") }
    }

    func pause(_ range: ClosedRange<Int>) async {
        try? await scheduler.sleep(for: draw { $0.milliseconds(range) })
    }

    private func restartIfSick() async {
        guard let running else { return }
        let readiness = await running.engine.readiness()[Self.client] ?? []
        if readiness.contains(.storeFailed), running.process.isSick || draw({ $0.happens(20) }) { restart() }
    }
}
