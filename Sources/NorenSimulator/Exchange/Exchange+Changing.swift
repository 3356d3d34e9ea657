extension Exchange {
    /// A user's cancellation; one that comes too late is reported and changes nothing.
    mutating func cancel(_ index: Int, at now: Int64) {
        report(.cancelAck, on: index, at: now)
        guard orders[index].status.isWorking else {
            return refuseChange(.cancelRejected, index, "SAF:order is not open to cancel", at: now)
        }
        report(.pendingCancel, on: index, at: now)
        cancelRest(of: index, at: now)
    }

    /// A user's modification; the order loses its place in time. One that cannot be done is reported and changes
    /// nothing.
    mutating func modify(_ index: Int, to price: PriceTerms, at now: Int64) {
        report(.modAck, on: index, at: now, showing: .pending)
        if let reason = modificationRefusal(index, price) {
            return refuseChange(.replaceRejected, index, reason, at: now)
        }
        report(.pendingReplace, on: index, at: now, showing: .pending)
        unrest(index)
        releaseMargin(index)
        orders[index].previousPrice = orders[index].price
        orders[index].price = price
        orders[index].version += 1
        holdMargin(index)
        orders[index].status = price.type.isStop ? .triggerPending : .open
        report(.replaced, on: index, at: now)
        if price.type.isStop {
            awaitTrigger(index)
            settle(orders[index].terms.instrument, at: now)
        } else {
            trade(index, at: now)
        }
    }

    private mutating func refuseChange(_ type: ReportType, _ index: Int, _ reason: String, at now: Int64) {
        let shown: OrderStatus? = habits.refusedChangesLookRejected ? .rejected : nil
        report(type, on: index, at: now, showing: shown, reason: reason)
    }

    private func modificationRefusal(_ index: Int, _ price: PriceTerms) -> String? {
        let order = orders[index]
        guard order.status.isWorking else { return "SAF:order is not open to modify" }
        guard price.type.isStop || price.trigger == nil else {
            return "ORA:Trigger price invalid - \((price.trigger ?? .zero).text)"
        }
        guard price.quantity > order.filled.quantity else {
            return "ORA:Order qty \(price.quantity) is not more than filled qty \(order.filled.quantity)"
        }
        let checks = riskChecks(for: order)
        let account = accounts[order.account]
        return checks.refusal(price)
            ?? checks.shortfall(
                needed: marginHold(for: order, price).amount(remaining: price.quantity - order.filled.quantity),
                available: account.available + order.margin.amount(remaining: order.remaining)
            )
    }
}
