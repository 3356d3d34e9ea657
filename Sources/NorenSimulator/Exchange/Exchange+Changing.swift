extension Exchange {
    /// A user's cancellation; one that comes too late is reported and changes nothing.
    mutating func cancel(_ index: Int, at now: Int64) {
        report(.cancelAck, on: index, at: now)
        guard orders[index].status.isWorking else {
            return report(.cancelRejected, on: index, at: now, reason: "SAF:order is not open to cancel")
        }
        report(.pendingCancel, on: index, at: now)
        cancelRest(of: index, at: now)
    }

    /// A user's modification; the order loses its place in time. One that cannot be done is reported and changes
    /// nothing.
    mutating func modify(_ index: Int, to price: PriceTerms, at now: Int64) {
        report(.modAck, on: index, at: now, showing: .pending)
        if let reason = modificationRefusal(index, price) {
            return report(.replaceRejected, on: index, at: now, reason: reason)
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
