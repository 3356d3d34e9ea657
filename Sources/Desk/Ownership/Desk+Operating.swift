import Trading

extension Desk {
    /// Does what a person says about who holds what, once: by events, and without an order.
    mutating func operate(_ request: LedgerRequest, at now: Timestamp) -> DeskReply {
        if let done = ledgerRequests.last(where: { $0.isSame(as: request, within: settings.repeatWindow, at: now) }) {
            guard done.content == request.content else {
                return .ledgerRefused("this key was already used for another request: \(done.content)")
            }
            return .ledger(done.entries)
        }
        switch request.action {
        case .forceCloseStrategy(let strategy): return forceClose(strategy, request, at: now)
        case .forceClearSymbol: return forceClear(request, at: now)
        case .adopt(let strategy, let quantity, let price):
            return adopt(quantity, at: price, for: strategy, request, at: now)
        case .adoptOrder(let strategy, let id): return adoptOrder(id, for: strategy, request, at: now)
        }
    }

    /// What `external` holds the other way closed it; what else is missing at the broker is gone. The rest is still shown.
    private mutating func forceClose(_ strategy: StrategyName, _ request: LedgerRequest, at now: Timestamp) -> DeskReply
    {
        let positions = ledger.positions(of: strategy).filter(request.means)
        if let open = openAtBroker(positions.map { HoldingKey(strategy, $0) }) { return .ledgerRefused(open) }
        var entries: [LedgerEntry] = []
        var shown = 0
        for position in positions {
            let own = ledger[HoldingKey(strategy, position)]
            let direction = own.quantity.signum()
            let others = strategy == .external ? 0 : ledger[HoldingKey(.external, position)].quantity
            let byHand = min(abs(own.quantity), max(0, -others * direction))
            let missing = sureDifference(position, at: now).map { max(0, -$0 * direction) } ?? 0
            shown += max(0, abs(own.quantity) - byHand - missing)
            let price = own.averagePrice ?? .zero
            func entry(_ holder: StrategyName, _ quantity: Int) -> LedgerEntry {
                LedgerEntry(request, .forceClosed, of: HoldingKey(holder, position), quantity, at: price, on: now)
            }
            entries.append(entry(strategy, -own.quantity))
            if byHand > 0 { entries.append(entry(.external, byHand * direction)) }
        }
        if let refusal = refusal(of: request, shown: shown) { return .ledgerRefused(refusal) }
        return finish(request, .forceCloseStrategy, entries, at: now)
    }

    private mutating func forceClear(_ request: LedgerRequest, at now: Timestamp) -> DeskReply {
        let keys = ledger.holdings.keys.filter { request.means($0.position) }.sorted()
        if let open = openAtBroker(keys) { return .ledgerRefused(open) }
        let shown = Set(keys.map(\.position)).map { position in
            sureDifference(position, at: now).map { abs(ledger.net(position) + $0) }
                ?? keys.filter { $0.position == position }.map { abs(ledger[$0].quantity) }.reduce(0, +)
        }
        if let refusal = refusal(of: request, shown: shown.reduce(0, +)) { return .ledgerRefused(refusal) }
        let entries = keys.map { key in
            let holding = ledger[key]
            let price = holding.averagePrice ?? .zero
            return LedgerEntry(request, .forceCleared, of: key, -holding.quantity, at: price, on: now)
        }
        return finish(request, .forceClearSymbol, entries, at: now)
    }

    /// What nobody owns goes first, then what `external` holds.
    private mutating func adopt(
        _ quantity: Int,
        at price: Price?,
        for strategy: StrategyName,
        _ request: LedgerRequest,
        at now: Timestamp
    ) -> DeskReply {
        let shares = (view.shares?.rows ?? []).flatMap { $0.instruments.prefix(1).map { PositionKey($0, .delivery) } }
        let known = Set(ledger.holdings.keys.map(\.position)).union(view.positions.map { Set($0.nets.keys) } ?? [])
            .union(shares)
        let found = known.filter(request.means).map { position in
            let direction = quantity.signum()
            let difference = sureDifference(position, at: now) ?? 0
            let unowned = max(0, (difference + untradedShares(position)) * direction)
            let external = max(0, ledger[HoldingKey(.external, position)].quantity * direction)
            return Adoptable(position: position, unowned: unowned, external: strategy == .external ? 0 : external)
        }
        .filter { $0.unowned + $0.external > 0 }.sorted { $0.position < $1.position }
        guard let from = found.first, quantity != 0 else {
            let why = view.positions == nil ? "the broker's positions are not known" : "nobody else's to give"
            return .ledgerRefused("nothing can be adopted here: \(why)")
        }
        guard found.count == 1 else {
            let names = found.map { "\($0.position)" }.joined(separator: ", ")
            return .ledgerRefused("several positions are meant; say which with exchange and product: \(names)")
        }
        let wanted = abs(quantity)
        guard wanted <= from.unowned + from.external else {
            let what = "\(from.unowned) that nobody owns and \(from.external) of external"
            return .ledgerRefused("\(wanted) of \(from.position) are not there to adopt: there are \(what)")
        }
        let unowned = min(wanted, from.unowned) * quantity.signum()
        let external = quantity - unowned
        let average = ledger[HoldingKey(.external, from.position)].averagePrice
        let last = view.positions?.prices[from.position.instrument]
        func entry(_ holder: StrategyName, _ quantity: Int, _ known: Price?) -> LedgerEntry? {
            guard quantity != 0 else { return nil }
            let key = HoldingKey(holder, from.position)
            return LedgerEntry(request, .adopted, of: key, quantity, at: known ?? .zero, on: now)
        }
        let entries = [
            entry(.external, -external, average), entry(strategy, external, price ?? average),
            entry(strategy, unowned, price ?? last),
        ]
        return finish(request, .adopt, entries.compactMap(\.self), at: now)
    }

    private struct Adoptable {
        let position: PositionKey
        let unowned: Int
        let external: Int
    }

    /// An order from outside becomes the strategy's, whatever it has filled and will fill. Nothing is sent for it.
    private mutating func adoptOrder(
        _ id: CommandID,
        for strategy: StrategyName,
        _ request: LedgerRequest,
        at now: Timestamp
    ) -> DeskReply {
        guard let record = orders[id] else { return .unknownOrder }
        let command = record.command
        guard command.isForeign, strategy != .external else {
            return .ledgerRefused("only an order that was placed elsewhere can be adopted, and only by a strategy")
        }
        if command.strategy == strategy { return .ledger([]) }
        guard command.strategy == .external else { return .ledgerRefused("\(command.strategy) has adopted it already") }
        let external = HoldingKey(.external, command.position)
        let own = HoldingKey(strategy, command.position)
        let filled = record.filled.quantity
        guard ledger[external].quantity * command.side.sign >= filled else {
            return .ledgerRefused("external no longer holds the \(filled) that it filled; adopt what is left by symbol")
        }
        let held = ledger[own].quantity * -command.side.sign
        let reduces = record.state.isOpen && held > 0 && record.mostRemaining <= held - closing(own)
        let said = "\(request.by) said: \(request.reason)"
        self.record(.assigned(strategy, reduces: reduces, said), of: id, at: now)
        if filled > 0, let price = record.filled.averagePrice {
            move(filled, command.side.opposite, at: price, in: external)
            move(filled, command.side, at: price, in: own)
            if record.tradingDay == movesDay {
                noteMove(-filled * command.side.sign, of: external)
                noteMove(filled * command.side.sign, of: own)
            }
        }
        tell(of: request, .adopt, [], at: now)
        return .ledger([])
    }

    // MARK: What all of them share

    /// An order that may still fill would undo what a person says about the position.
    private func openAtBroker(_ keys: [HoldingKey]) -> String? {
        let open = keys.lazy.flatMap { orders.open(on: $0) }.first { $0.state.isAtBroker }
        return open.map {
            "order \($0.id) of \($0.command.strategy) is open there and may fill: cancel or resolve it first"
        }
    }

    private func refusal(of request: LedgerRequest, shown: Int) -> String? {
        guard shown > 0, request.confirm != shown else { return nil }
        let what =
            view.positions == nil ? "the broker's positions are not known" : "the broker still shows \(shown) of it"
        return "\(what); to do it all the same, send \"confirm\": \(shown)"
    }

    private mutating func finish(
        _ request: LedgerRequest,
        _ action: AuditEntry.Action,
        _ entries: [LedgerEntry],
        at now: Timestamp
    ) -> DeskReply {
        guard !entries.isEmpty else { return .ledger([]) }
        for entry in entries { enter(entry) }
        keep(DoneLedgerRequest(key: request.key, content: request.content, at: now, entries: entries))
        tell(of: request, action, entries, at: now)
        return .ledger(entries)
    }

    private mutating func tell(
        of request: LedgerRequest,
        _ action: AuditEntry.Action,
        _ entries: [LedgerEntry],
        at now: Timestamp
    ) {
        let changes = entries.map { "\($0.holding) \($0.quantity > 0 ? "+" : "")\($0.quantity)" }
        let what = ([request.content] + changes).joined(separator: "; ")
        notify(.ledgerChanged, .warning, "\(request.by) changed who holds what: \(what): \(request.reason)", at: now)
        batch.audit.append(AuditEntry(action, by: request.by, "\(what): \(request.reason)", at: now))
    }
}

extension LedgerEntry {
    fileprivate init(
        _ request: LedgerRequest,
        _ kind: Kind,
        of holding: HoldingKey,
        _ quantity: Int,
        at price: Price,
        on time: Timestamp
    ) {
        self.init(kind, of: holding, quantity, at: price, by: request.by, reason: request.reason, on: time)
    }
}

extension DoneLedgerRequest {
    /// By its key however late; without one, by its content while a sender may repeat what was not answered.
    fileprivate func isSame(as request: LedgerRequest, within window: Duration, at now: Timestamp) -> Bool {
        if request.key != nil || key != nil { return key == request.key }
        return content == request.content && now - at <= window
    }
}

extension OrderCommand {
    /// Whether it was found in the broker's books: nobody here asked for it.
    var isForeign: Bool { source == .system && executionType == .adjust }
}
