import Desk
import Engine
import Trading

extension EngineFigures {
    /// The figures as Prometheus reads them. What is not known has no sample: an absent age is no age of zero.
    var prometheus: String {
        var page = PrometheusText()
        addStore(to: &page)
        addOrders(to: &page)
        addBroker(to: &page)
        return page.text
    }

    private func addStore(to page: inout PrometheusText) {
        page.family("sextant_commit_seconds", .histogram, "Durable commits, whole.")
        page.histogram("sextant_commit_seconds", [], commits)
        page.family("sextant_commit_sync_seconds", .histogram, "The part of a commit that the disk takes (fsync).")
        page.histogram("sextant_commit_sync_seconds", [], syncs)
        page.family("sextant_commit_failures_total", .counter, "Commits that stored nothing.")
        page.sample("sextant_commit_failures_total", [], failedCommits)
        page.family("sextant_commit_events_total", .counter, "Order events made durable.")
        page.sample("sextant_commit_events_total", [], committedEvents)
        page.family("sextant_inbox_waiting", .gauge, "Inputs that wait to be stepped.")
        page.sample("sextant_inbox_waiting", [("queue", "entries")], waitingEntries)
        page.sample("sextant_inbox_waiting", [("queue", "urgent")], waitingUrgent)
    }

    private func addOrders(to page: inout PrometheusText) {
        page.family("sextant_ready", .gauge, "Whether a client may take entries.")
        for client in clients { page.sample("sextant_ready", client.label, client.unreadiness.isEmpty ? 1 : 0) }
        page.family("sextant_not_ready", .gauge, "Why it may not.")
        for client in clients {
            for reason in ReadinessReason.allCases {
                let isSo = client.unreadiness.contains(reason)
                page.sample("sextant_not_ready", client.label + [("reason", reason.rawValue)], isSo ? 1 : 0)
            }
        }
        page.family("sextant_orders", .gauge, "Today's orders and all open ones, by state.")
        for client in clients {
            for state in StateWord.allCases {
                page.sample("sextant_orders", client.label + [("state", state.rawValue)], client.orders[state] ?? 0)
            }
        }
        page.family("sextant_order_events_total", .counter, "Order events by kind.")
        for client in clients {
            for kind in OrderFact.Kind.allCases {
                let label = client.label + [("event", kind.rawValue)]
                page.sample("sextant_order_events_total", label, client.events[kind] ?? 0)
            }
        }
        page.family("sextant_notifications_total", .counter, "Notifications by kind.")
        for client in clients {
            for (kind, count) in client.notifications.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                page.sample("sextant_notifications_total", client.label + [("kind", kind.rawValue)], count)
            }
        }
        page.family(
            "sextant_step_seconds",
            .histogram,
            "register: steps 1 to 3, durable; send: the wait for the wire; record: the broker's answer; "
                + "watch: registration to end."
        )
        for client in clients {
            for stage in ClientFigures.Stage.allCases {
                let label = client.label + [("step", stage.rawValue)]
                page.histogram("sextant_step_seconds", label, client.stages[stage] ?? Histogram())
            }
        }
    }

    private func addBroker(to page: inout PrometheusText) {
        addLanes("sextant_broker_calls_total", .counter, "Calls to the broker by lane.", \.calls, to: &page)
        let waiting = "Calls that wait for a slot, a session or the budget."
        addLanes("sextant_lane_waiting", .gauge, waiting, \.waiting, to: &page)
        addLanes("sextant_lane_in_flight", .gauge, "Calls on the wire.", \.inFlight, to: &page)
        let used = "Calls counted in a window, presumed ones after a start included."
        addBudgets("sextant_budget_used", used, \.used, to: &page)
        addBudgets("sextant_budget_limit", "Calls that the window allows.", \.limit, to: &page)
        page.family("sextant_push_connected", .gauge, "Whether order push is up.")
        for client in clients { page.sample("sextant_push_connected", client.label, client.pushIsConnected ? 1 : 0) }
        page.family("sextant_push_age_seconds", .gauge, "Since the last push message, or since push was connected.")
        for client in clients {
            if let age = client.pushAge { page.sample("sextant_push_age_seconds", client.label, age) }
        }
        page.family("sextant_poll_age_seconds", .gauge, "Since the read began that a book was last believed from.")
        for client in clients {
            for (book, age) in client.bookAges.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                page.sample("sextant_poll_age_seconds", client.label + [("book", book.rawValue)], age)
            }
        }
        page.family("sextant_profit_age_seconds", .gauge, "Since the read began that told the day's profit and loss.")
        for client in clients {
            if let age = client.profitAge { page.sample("sextant_profit_age_seconds", client.label, age) }
        }
    }

    private func addLanes(
        _ name: String,
        _ kind: PrometheusText.Kind,
        _ help: String,
        _ value: (LaneFigures) -> Int,
        to page: inout PrometheusText
    ) {
        page.family(name, kind, help)
        for client in clients {
            for lane in client.lanes { page.sample(name, client.label + [("lane", lane.name)], value(lane)) }
        }
    }

    private func addBudgets(
        _ name: String,
        _ help: String,
        _ value: (BudgetFigures) -> Int,
        to page: inout PrometheusText
    ) {
        page.family(name, .gauge, help)
        for client in clients {
            for one in client.budget { page.sample(name, client.label + [("window", one.window)], value(one)) }
        }
    }
}

extension ClientFigures {
    fileprivate var label: [(String, String)] { [("client", id.text)] }
}

extension PrometheusText {
    fileprivate mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: Histogram) {
        self.histogram(
            name,
            labels,
            bounds: Histogram.bounds,
            counts: histogram.counts,
            sum: histogram.sum
        )
    }
}
