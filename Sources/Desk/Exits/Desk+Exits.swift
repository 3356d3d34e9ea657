import Trading

extension Desk {
    /// Steps 1 to 3 of an exit: one order for each position it names, each standing alone.
    ///
    /// Nothing is defaulted: what is absent matches whatever the strategy holds.
    mutating func submitExit(
        _ alert: Alert,
        _ group: Group,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> DeskReply {
        var group = group
        var legs: [(leg: Alert.Leg, command: OrderCommand)] = []
        for leg in alert.legs.isEmpty ? wholeStrategy(alert.strategy) : alert.legs {
            for position in targets(of: leg, strategy: alert.strategy) {
                legs.append((leg, exitCommand(leg, position, of: alert, in: group, number: legs.count + 1)))
            }
        }
        group.commands = legs.map(\.command.id)
        setGroup(group)
        for (_, command) in legs { record(.received(command), of: command.id, at: now) }
        var problems = alert.problems
        let expiry = expiry(of: alert, at: now)
        for (leg, command) in legs {
            let own = fieldProblems(of: command, in: leg, alert, at: now)
            problems += own
            if let expiry {
                block(command.id, expiry, at: now)
            } else if !own.isEmpty {
                block(command.id, .invalid(own), at: now)
            } else {
                planExit(command.id, at: now, into: &output)
            }
        }
        return .registered(group.id, orders(of: group.id) ?? [], problems: problems)
    }

    /// An exit without legs: every position that the strategy holds or is on its way into.
    private func wholeStrategy(_ strategy: StrategyName) -> [Alert.Leg] {
        let entering = orders.openIncreasing(strategy).map(\.command.position)
        return Set(ledger.positions(of: strategy) + entering).sorted().map { position in
            Alert.Leg(
                index: 0,
                exchange: position.instrument.exchange,
                symbol: position.instrument.symbol,
                product: position.product,
                side: nil,
                quantity: nil
            )
        }
    }

    private func targets(of leg: Alert.Leg, strategy: StrategyName) -> [PositionKey] {
        let entering = orders.openIncreasing(strategy).map(\.command.position)
        let matching = Set(ledger.positions(of: strategy) + entering).filter { position in
            position.instrument.symbol == leg.symbol
                && (leg.exchange == nil || leg.exchange == position.instrument.exchange)
                && (leg.product == nil || leg.product == position.product)
        }
        let nothing = PositionKey(Instrument(leg.exchange ?? "NFO", leg.symbol), leg.product ?? .margin)
        return matching.isEmpty ? [nothing] : matching.sorted()
    }

    private mutating func exitCommand(
        _ leg: Alert.Leg,
        _ position: PositionKey,
        of alert: Alert,
        in group: Group,
        number: Int
    ) -> OrderCommand {
        let holding = HoldingKey(alert.strategy, position)
        let held = ledger[holding].quantity
        let entering = orders.open(on: holding).first { !$0.command.reduces }?.command.side
        return OrderCommand(
            id: nextID(),
            client: client,
            group: group.id,
            leg: number,
            source: alert.source,
            strategy: alert.strategy,
            executionType: .exit,
            instrument: position.instrument,
            product: position.product,
            side: held != 0 ? Side(closing: held) : entering?.opposite ?? leg.side ?? .sell,
            reduces: true,
            type: leg.type,
            quantity: 0,
            askedQuantity: leg.quantity,
            price: leg.type.hasLimit ? leg.price : .zero,
            triggerPrice: leg.type.hasTrigger ? leg.triggerPrice : .zero,
            test: alert.test,
            notes: leg.notes,
            signalledAt: alert.signalledAt
        )
    }

    /// Cancels what stands in an exit's way, then sends it, or leaves it waiting for those cancels.
    private mutating func planExit(_ id: CommandID, at now: Timestamp, into output: inout DeskOutput) {
        guard let exit = orders[id] else { return }
        if exit.command.test == nil { makeWay(for: exit, at: now, into: &output) }
        if !mustWait(exit, at: now) { release(id, at: now, into: &output) }
    }

    private mutating func makeWay(for exit: OrderRecord, at now: Timestamp, into output: inout DeskOutput) {
        let command = exit.command
        let owned = abs(ledger[command.holding].quantity)
        let isFull = command.askedQuantity.map { $0 >= owned } ?? true || mutant("partial-exit-cancels-entries")
        for other in orders.open(on: command.holding) where other.id != exit.id && other.command.group != command.group
        {
            let unsent = Reason(.notSent, code: "gave_way", "made way for exit \(exit.id)", blocking: exit.id)
            switch (other.command.reduces, other.state) {
            case (false, .received) where isFull: record(.notSent(unsent), of: other.id, at: now)
            case (false, _) where isFull && !mutant("exit-leaves-entries"):
                askCancel(other.id, for: exit.id, at: now, into: &output)
            case (true, .received) where urgency(of: other, at: now) < command.type.urgency:
                record(.notSent(unsent), of: other.id, at: now)
            case (true, .working), (true, .sending):
                guard urgency(of: other, at: now) < command.type.urgency else { continue }
                askCancel(other.id, for: nil, at: now, into: &output)
            default: continue
            }
        }
    }

    /// A limit that protects an order at the market is worth no more than any other once the market has left it behind.
    private func urgency(of exit: OrderRecord, at now: Timestamp) -> Int {
        let protects = exit.terms?.protection != nil && !isOutpriced(exit, at: now)
        return protects ? exit.command.type.urgency : exit.type.urgency
    }

    /// Whether cancels are still to be confirmed before this exit's quantity can be known. One that the broker refused may
    /// mean that the other exit has ended: the order book says so.
    private func mustWait(_ exit: OrderRecord, at now: Timestamp) -> Bool {
        guard exit.command.test == nil, !mutant("exit-waits-for-no-cancel") else { return false }
        let flat = ledger[exit.command.holding].quantity == 0
        return orders.open(on: exit.command.holding).contains { other in
            guard other.id != exit.id else { return false }
            if other.command.reduces, view.refusedCancels[other.id] != nil, canWait(exit, at: now) {
                return !mutant("refused-cancel-is-believed")
            }
            // One that was filled above what was ordered may stay open at odds with itself: nothing more comes of it.
            guard other.pending == .cancel, other.mostRemaining > 0 || mutant("overfilled-order-is-waited-for") else {
                return false
            }
            return other.state != .unconfirmed || flat || mutant("exit-waits-for-unconfirmed")
        }
    }

    mutating func releaseExits(on holding: HoldingKey, at now: Timestamp, into output: inout DeskOutput) {
        for exit in orders.waitingExits(on: holding)
        where !view.leftovers.contains(exit.id) && !mustWait(exit, at: now) {
            release(exit.id, at: now, into: &output)
        }
    }

    /// Decides how much an order that reduces may close, and intends to send that much.
    mutating func release(_ id: CommandID, at now: Timestamp, into output: inout DeskOutput) {
        guard let record = orders[id], record.state == .received, turn(of: record, at: now) == .now else { return }
        if awaitsBook(record, since: record.createdAt, at: now, into: &output) { return }
        switch cap(on: record, at: now) {
        case .quantity(let quantity):
            let pieces = pieces(of: record.command, quantity, at: now, into: &output)
            let terms: OrderTerms?
            switch pricing(of: record.command, since: record.createdAt, at: now, into: &output) {
            case .asAsked: terms = nil
            case .terms(let limit): terms = limit
            case .wait: return
            case .refused(let reason):
                block(id, reason, at: now)
                return
            }
            guard let pieces else { return }
            slice(record, into: pieces, at: now)
            send(id, quantity: pieces[0], terms, at: now, into: &output)
        case .nothing(let reason): block(id, reason, at: now)
        }
    }

    /// Whether only the broker's position book keeps an exit from closing all it should, and the book is from before the exit
    /// asked for it, or leaves it open what is so. It may lag behind a fill that we have heard of, or count one that we have
    /// not: the books are read once more before they cut an exit short.
    mutating func awaitsBook(
        _ record: OrderRecord,
        since: Timestamp,
        at now: Timestamp,
        into output: inout DeskOutput
    ) -> Bool {
        guard !mutant("exit-trusts-old-book"), now - since < DeskSettings.waitForData,
            let began = view.positions?.began
        else { return false }
        let least = room(for: record, leaving: .least, at: now)
        guard
            began < since || least != room(for: record, leaving: .most, at: now)
                || !knowsCarried(record.command.position) && roomOfYesterday(record.command, at: now) != nil
        else { return false }
        guard cap(on: record, at: now, room: .max) != cap(on: record, at: now, room: least ?? .max) else {
            return false
        }
        let isLevel = view.booksAreLevel
        if !isLevel { output.actions.append(.read(.orders)) }
        if isLevel || began < since { output.actions.append(.read(.positions)) }
        return true
    }

    enum Cap: Equatable {
        case quantity(Int)
        case nothing(Reason)
    }

    /// min(asked or all, owned − own exits in flight, room at the broker): an exit never grows or flips a position.
    func cap(on record: OrderRecord, at now: Timestamp) -> Cap {
        cap(on: record, at: now, room: room(for: record, leaving: .most, at: now) ?? .max)
    }

    private func canWait(_ record: OrderRecord, at now: Timestamp) -> Bool {
        record.state == .received && now - record.createdAt < DeskSettings.waitForData
    }

    /// The same for a working order that is to close `wanted` more units. Nothing is lost if it may not: what is not certain
    /// is not counted.
    func cap(on record: OrderRecord, wanting wanted: Int, at now: Timestamp) -> Cap {
        cap(on: record, at: now, room: room(for: record, leaving: .least, at: now) ?? .max, wanting: wanted)
    }

    private func cap(on record: OrderRecord, at now: Timestamp, room: Int, wanting working: Int? = nil) -> Cap {
        let command = record.command
        let held = ledger[command.holding].quantity
        let owned = held * command.side.sign < 0 || mutant("cap-takes-either-side") ? abs(held) : 0
        let others = orders.open(on: command.holding).filter { $0.id != record.id && $0.command.reduces }
        let inFlight = others.filter { other in
            if mutant("cap-ignores-waiting-exits"), other.state == .received { return false }
            if mutant("cap-ignores-unconfirmed"), other.state == .unconfirmed { return false }
            return other.state != .received || other.id < record.id && !view.leftovers.contains(other.id)
        }
        let claims = inFlight.map { $0.state == .received ? $0.command.askedQuantity ?? owned : $0.mostRemaining }
        let claimed = mutant("cap-ignores-exits-in-flight") ? 0 : claims.reduce(0, +)
        guard owned > 0 else {
            return .nothing(
                Reason(.noPosition, code: "no_position", "\(command.strategy) holds no \(command.position)")
            )
        }
        guard owned > claimed else {
            let blocking = inFlight.first?.id
            let text = "all \(owned) of \(command.position) are already being closed"
            return .nothing(Reason(.duplicateOrderBlocked, code: "closing", text, blocking: blocking))
        }
        let wanted = working ?? (record.state == .received ? command.askedQuantity ?? owned : record.quantity)
        let left = mutant("cap-ignores-what-is-owned") ? wanted : owned - claimed
        let quantity = min(wanted, left, mutant("cap-ignores-room") ? .max : room)
        guard quantity > 0 else {
            let text = "\(command.strategy) holds \(held) \(command.position), but the broker's books leave no room to "
            return .nothing(Reason(.noPosition, code: "no_room", text + "close any: it may have been closed by hand"))
        }
        return .quantity(quantity)
    }

    /// What the broker's net position lets anyone close: with other strategies' opposite holdings added, all exits on
    /// their way taken off. Nil when the position book is unknown or old. Delivery positions of earlier days are not in
    /// the position book, so they have no room to judge by.
    ///
    /// Where the book may have counted a fill or not, an exit waits for another read while that makes a difference. In the
    /// end it closes the most that can be: a read that fails to come stops no exit. Other exits may have been filled, and
    /// counted, before we hear of it, until an order book shows how they stand; and one that is being cancelled may close
    /// nothing any more.
    private func room(for record: OrderRecord, leaving rest: BrokerView.Rest, at now: Timestamp) -> Int? {
        let (command, id) = (record.command, record.id)
        let direction = -command.side.sign
        guard command.product != .delivery || mutant("room-judges-delivery") else { return nil }
        guard let net = view.net(command.position, inDirection: direction, leaving: rest, at: now) else {
            return roomOfYesterday(command, at: now)
        }
        let opposite = ledger.holders(command.position, command.side)
            .filter { $0 != command.strategy && ($0 != .external || mutant("room-counts-external")) }
            .filter { _ in !mutant("room-ignores-others") }
            .map { abs(ledger[HoldingKey($0, command.position)].quantity) }
            .reduce(0, +)
        let mayBeCounted = rest == .most && !view.booksAreLevel
        let closing = orders.reducing(command.position, command.side)
            .filter { $0.id != id && $0.state != .received && !mayBeCounted && !mutant("room-ignores-exits") }
            .filter { rest == .least || $0.pending != .cancel || mutant("cancelled-exit-takes-room") }
            .map(\.mostRemaining)
            .reduce(0, +)
        let room = max(0, net * direction + opposite - closing)
        return min(room, roomOfYesterday(command, at: now) ?? .max)
    }

    /// What an earlier day left of an intraday holding was squared off, unless the books show for sure that it is carried:
    /// closing it all the same could open a position. Nil where nothing of an earlier day is left.
    private func roomOfYesterday(_ command: OrderCommand, at now: Timestamp) -> Int? {
        guard command.product == .intraday else { return nil }
        let isToday = movesDay.map { $0 >= TradingDay(now) } ?? true
        let moved = isToday ? intradayMoves[command.holding] ?? 0 : 0
        guard ledger[command.holding].quantity != moved else { return nil }
        let traded = isToday ? movedToday(command.position) : 0
        let carried = carriedForSure(command.position, besides: traded, closedBy: command.side, at: now)
        return max(0, carried - moved * command.side.sign)
    }

    /// Whether the position book can tell what is carried from what was traded today.
    private func knowsCarried(_ position: PositionKey) -> Bool {
        view.booksAreLevel && view.recentFills[position] == nil
    }

    /// How many units of earlier days the broker still carries that `side` would close. For sure only by a position book
    /// that the order book is level with, that no fill came after, and that shows what all strategies hold together; and what
    /// open orders of today may have filled meanwhile is not counted.
    private func carriedForSure(
        _ position: PositionKey,
        besides traded: Int,
        closedBy side: Side,
        at now: Timestamp
    ) -> Int {
        guard knowsCarried(position), let net = view.certainNet(position, at: now),
            net == ledger.net(position) || mutant("carried-without-the-ledger")
        else { return 0 }
        let mayHaveFilled = orders.openAtBroker(position, side.opposite).map(\.mostRemaining).reduce(0, +)
        return max(0, (traded - net) * side.sign - mayHaveFilled)
    }

    /// A fill came on an order that was asked to make way: the exit's group closes that too.
    mutating func closeLateFill(on record: OrderRecord, at now: Timestamp, into output: inout DeskOutput) {
        guard let exitID = record.makesWayFor, !record.command.reduces, !mutant("late-fill-stays-open") else { return }
        let holding = record.command.holding
        let held = ledger[holding].quantity
        guard abs(held) > closing(holding) + aboutToClose(holding, abs(held)) || mutant("late-fill-closed-twice") else {
            return
        }
        unpack(exitID)  // its group gets one more
        let exit = orders[exitID]?.command
        let isStop = exit?.type.hasTrigger ?? true
        reissue(
            record.command,
            in: exit?.group ?? record.command.group,
            type: isStop ? .market : exit?.type ?? .market,
            price: isStop ? .zero : exit?.price ?? .zero,
            side: Side(closing: held),
            at: now,
            into: &output
        )
    }

    /// A fill has left less to close than exits on their way may still close: the newest of them are taken back, and what is
    /// left to one goes when that is confirmed. One that was proved absent can be there after all, beside what was sent since.
    mutating func takeBackSurplus(
        of holding: HoldingKey,
        _ side: Side,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        let exits = orders.open(on: holding).filter {
            $0.command.reduces && $0.command.side == side && $0.state != .received && $0.pending != .cancel
        }
        let held = max(0, ledger[holding].quantity * side.opposite.sign)
        var surplus = exits.map(\.mostRemaining).reduce(0, +) - held
        for exit in exits.reversed() where surplus > 0 && !mutant("surplus-exit-stays") {
            askCancel(exit.id, for: nil, at: now, into: &output)
            let left = exit.mostRemaining - surplus
            surplus -= exit.mostRemaining
            guard left > 0, !mutant("surplus-exit-ends-whole") else { continue }
            reissue(
                exit.command,
                in: exit.command.group,
                type: exit.command.type,
                price: exit.command.price,
                trigger: exit.command.triggerPrice,
                side: side,
                asked: left,
                waits: true,
                at: now,
                into: &output
            )
        }
    }

    /// A further exit of the same group, by the system: for a late fill, or for an exit that an ended session refused. One
    /// that `waits` goes when what stands in its way has ended.
    mutating func reissue(
        _ model: OrderCommand,
        in groupID: GroupID,
        type: OrderType,
        price: Price,
        trigger: Price = .zero,
        side: Side,
        asked: Int? = nil,
        waits: Bool = false,
        at now: Timestamp,
        into output: inout DeskOutput
    ) {
        var command = model
        command.id = nextID()
        command.group = groupID
        command.leg = (groups[groupID]?.commands.count ?? model.leg) + 1
        command.source = .system
        command.executionType = .exit
        command.reduces = true
        command.side = side
        command.type = type
        command.price = price
        command.triggerPrice = trigger
        command.quantity = 0
        command.askedQuantity = asked
        command.protection = .none
        command.slice = nil
        if var group = groups[groupID] {
            group.commands.append(command.id)
            setGroup(group)
        }
        record(.received(command), of: command.id, at: now)
        if !waits { release(command.id, at: now, into: &output) }
    }
}
