import Desk
import Trading

extension Engine {
    /// What `/metrics` shows. Its cost does not grow with the number of orders.
    public func figures() -> EngineFigures {
        var all = counted
        all.waitingEntries = inbox.waitingEntries
        all.waitingUrgent = inbox.waitingUrgent
        let readiness = readiness()
        all.clients = configuredIDs.map { id in
            var figures = clients[id].map { $0.figures(at: clock.now()) } ?? ClientFigures(id: id)
            figures.unreadiness = readiness[id] ?? []
            return figures
        }
        return all
    }
}

extension ClientRuntime {
    fileprivate func figures(at now: Timestamp) -> ClientFigures {
        var figures = ClientFigures(id: id)
        figures.orders = desk.orderCounts
        figures.events = counts.events
        figures.notifications = counts.notifications
        figures.stages = counts.stages
        figures.lanes = Lane.allCases.map { lane in
            LaneFigures(
                name: "\(lane)",
                waiting: lanes.waiting(lane),
                inFlight: lanes.callsInFlight(lane),
                calls: counts.calls[lane] ?? 0
            )
        }
        figures.budget = budget.figures(at: now)
        figures.pushIsConnected = pushIsConnected
        figures.pushAge = counts.lastPush.map { now - $0 }
        figures.bookAges = trustedReads.mapValues { now - $0 }
        figures.profitAge = desk.profitBegan.map { now - $0 }
        return figures
    }
}
