import Desk
import Synchronization
import Trading

/// The life of an order after it was taken, and what people do in the broker's own app.
extension Exchange {
    func begin(_ number: BrokerOrderID) {
        guard let order = order(number), order.isOpen else { return }
        if order.command != nil, faults.strikes(.lateRejection) {
            change(number) { order in
                order.status = .rejected
                order.rejection = "RED:Margin Shortfall"
            }
            trace.note("exchange rejected \(number)")
            return
        }
        change(number) { $0.status = order.type.hasTrigger ? .triggerPending : .open }
        match(number)
    }

    private func match(_ number: BrokerOrderID) {
        guard let order = order(number) else { return }
        let isOutpriced = order.isAtMarket && order.type != .market && faults.strikes(.outpriced)
        if isOutpriced { change(number) { $0.isOutpriced = true } }
        let rests = isOutpriced || !order.isAtMarket && draw { $0.happens(50) }
        var left = order.quantity
        var delay = Duration.zero
        repeat {
            delay += draw { $0.milliseconds(5...600) }
            let splits = faults.strikes(.partialFill) && left > 1
            let piece = splits ? draw { $0.within(1...left) } : left
            left -= piece
            if rests, !splits { return }
            scheduler.after(delay) {
                if self.order(number)?.isOpen == true { self.fill(number, piece) }
            }
        } while left > 0
    }

    /// A cancel that has reached the broker takes a moment; what fills meanwhile is filled.
    func takeCancel(_ number: BrokerOrderID) {
        scheduler.after(draw { $0.milliseconds(1...400) }) {
            guard let order = self.order(number), order.isOpen, order.day == self.day else { return }
            self.cancel(number)
            if self.faults.strikes(.lateFill) {
                self.scheduler.after(self.draw { $0.milliseconds(10...4000) }) {
                    self.fill(number, self.draw { $0.within(1...max(1, order.remaining)) }, isLate: true)
                }
            }
        }
    }

    /// A change that has reached the broker takes a moment; an order that was done first is not changed.
    func takeChange(_ change: Modification) {
        let number = change.number
        state.withLock { $0.changing[number] = change.quantity }
        scheduler.after(draw { $0.milliseconds(1...400) }) {
            self.state.withLock { _ = $0.changing.removeValue(forKey: number) }
            guard let order = self.order(number), order.isOpen, order.day == self.day, change.quantity > order.filled
            else { return self.announceRefusal(of: number) }
            self.trace.note("exchange changes \(number) to \(change.quantity) \(change.type.rawValue)")
            self.change(number) { order in
                order.quantity = change.quantity
                order.type = change.type
                order.price = change.price
                order.triggerPrice = change.triggerPrice
                order.revision = order.revision.map { $0 + 1 }
                order.status = change.type.hasTrigger ? .triggerPending : .open
            }
            self.match(number)
        }
    }

    /// Somebody trades at the broker's own app, or another program does.
    func tradeByHand(_ position: PositionKey) {
        let side = draw { $0.oneOf([Side.buy, .sell]) }
        let type = draw { $0.oneOf([OrderType.market, .limit]) }
        let tag: ClientTag? = faults.strikes(.foreignTag) ? draw { ClientTag.foreign(&$0) } : nil
        accept(
            position,
            side,
            draw { 10 * $0.within(1...10) },
            type,
            price: Price(tenThousandths: 1_000_000),
            tag: tag,
            command: nil
        )
    }

    func cancelByHand() {
        guard let order = anyOpen else { return }
        trace.note("by hand: cancel \(order.number)")
        cancel(order.number)
    }

    func resizeByHand() {
        guard let order = anyOpen, order.filled < order.quantity, order.type != .market else { return }
        let quantity = draw { $0.within(order.filled + 1...order.quantity + 20) }
        trace.note("by hand: resize \(order.number) to \(quantity)")
        change(order.number) { order in
            order.quantity = max(quantity, order.filled + 1)
            order.isResizedByHand = true
            order.revision = order.revision.map { $0 + 1 }
        }
    }

    private var anyOpen: ExchangeOrder? {
        let open = orders.filter { $0.isOpen && $0.day == day }
        return open.isEmpty ? nil : draw { $0.oneOf(open) }
    }
}

extension ClientTag {
    /// Of another Sextant.
    fileprivate static func foreign(_ chance: inout Chance) -> ClientTag? {
        let letters = (0..<13).map { _ in chance.oneOf(Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")) }
        return ClientTag("SX" + String(letters))
    }
}
