import Trading

extension Desk {
    /// Steps 1 to 3 for one alert: register its orders, check them, and end each or intend to send it.
    mutating func submit(_ alert: Alert, at now: Timestamp, into output: inout DeskOutput) -> DeskReply {
        let alert = alert.withinRights
        if !alert.isUnsound, let repeated = repeatOf(alert, at: now) { return repeated }
        if !alert.problems.isEmpty, alert.legs.isEmpty || alert.isUnsound && alert.executionType == .exit {
            return .unreadable(alert.problems)
        }
        var group = Group(
            id: GroupID(nextID()),
            source: alert.source,
            idempotencyKey: alert.idempotencyKey,
            contentHash: alert.contentHash,
            request: alert.request,
            receivedAt: now
        )
        if alert.executionType == .exit {
            return submitExit(alert, group, at: now, into: &output)
        }
        let commands = alert.legs.enumerated().map { command($1, of: alert, in: group, number: $0 + 1) }
        group.commands = commands.map(\.id)
        setGroup(group)
        for command in commands { record(.received(command), of: command.id, at: now) }
        var own: [[FieldProblem]] = []  // not by a closure: that would copy the desk
        for (leg, command) in zip(alert.legs, commands) {
            own.append(fieldProblems(of: command, in: leg, alert, at: now))
        }
        let problems = alert.problems + own.flatMap(\.self)
        if let expiry = expiry(of: alert, at: now) {
            for command in commands { block(command.id, expiry, at: now) }
        } else {
            refuseInvalid(alert, commands, own, at: now)
            countRepeats(of: commands, at: now)
            settle(group.id, at: now, into: &output)
        }
        return .registered(group.id, orders(of: group.id) ?? [], problems: problems)
    }

    private func repeatOf(_ alert: Alert, at now: Timestamp) -> DeskReply? {
        if let key = alert.idempotencyKey {
            guard let known = groups.known(key: key) else { return nil }
            return known.contentHash == alert.contentHash || mutant("key-hides-other-content")
                ? .repeated(known.id, firstReceivedAt: known.receivedAt)
                : .conflict(known.id, firstReceivedAt: known.receivedAt)
        }
        guard settings.repeatWindow > .zero, !alert.contentHash.isEmpty,
            let known = groups.latest(content: alert.contentHash),
            now - known.receivedAt <= settings.repeatWindow || mutant("repeat-window-never-ends")
        else { return nil }
        return .repeated(known.id, firstReceivedAt: known.receivedAt)
    }

    /// The order that a leg of an entry or adjustment asks for.
    private mutating func command(_ leg: Alert.Leg, of alert: Alert, in group: Group, number: Int) -> OrderCommand {
        let instrument = Instrument(leg.exchange ?? "NFO", leg.symbol)
        let product = leg.product ?? .margin
        let side = leg.side ?? .buy
        let held = ledger[HoldingKey(alert.strategy, PositionKey(instrument, product))].quantity
        return OrderCommand(
            id: nextID(),
            client: client,
            group: group.id,
            leg: number,
            source: alert.source,
            strategy: alert.strategy,
            executionType: alert.executionType,
            instrument: instrument,
            product: product,
            side: side,
            reduces: alert.executionType == .adjust && held * side.sign < 0
                || reducesOnly(alert, leg, instrument, held * side.sign),
            type: leg.type,
            quantity: leg.quantity ?? 0,
            askedQuantity: leg.quantity ?? 0,
            price: leg.type.hasLimit ? leg.price : .zero,
            triggerPrice: leg.type.hasTrigger ? leg.triggerPrice : .zero,
            test: alert.test,
            protection: leg.protection,
            notes: leg.notes,
            signalledAt: alert.signalledAt
        )
    }

    func fieldProblems(
        of command: OrderCommand,
        in leg: Alert.Leg,
        _ alert: Alert,
        at now: Timestamp
    ) -> [FieldProblem] {
        var found = command.problems
        found += settings.contractRules.problems(of: command, among: contracts, on: TradingDay(now))
        if let twin = alert.legs.first(where: { $0.index != leg.index && $0.overlaps(leg, of: alert.executionType) }) {
            found.append(FieldProblem("tradingsymbol", "\(leg.symbol) is in legs[\(twin.index)] too; one leg each"))
        }
        if command.executionType != .exit, leg.side == nil {
            found.append(FieldProblem("direction", "is missing: BUY or SELL"))
        }
        let held = abs(ledger[command.holding].quantity)
        if command.executionType == .adjust, command.reduces, let asked = command.askedQuantity, asked > held {
            let text = "would cross zero: \(command.strategy) holds \(held), the adjustment takes out \(asked)"
            found.append(FieldProblem("qty", text))
        }
        return found.map { FieldProblem("legs[\(leg.index)].\($0.field)", $0.problem) }
    }

    /// A signal too old to act on, or from a clock that runs ahead.
    func expiry(of alert: Alert, at now: Timestamp) -> Reason? {
        guard let signalled = alert.signalledAt else { return nil }
        let age = now - signalled
        guard age > settings.maxAge || age < .zero - DeskSettings.clockLeeway else { return nil }
        let text =
            age > .zero
            ? "the alert's ts is \(age.inSeconds) old, the limit is \(settings.maxAge.inSeconds)"
            : "the alert's ts lies \((.zero - age).inSeconds) in the future"
        return Reason(
            .alertExpired,
            code: "alert_age",
            text,
            limit: settings.maxAge.inSeconds,
            observed: age.inSeconds
        )
    }

    /// Ends the legs that are wrong in themselves and, where legs go together, all beside them.
    private mutating func refuseInvalid(
        _ alert: Alert,
        _ commands: [OrderCommand],
        _ problems: [[FieldProblem]],
        at now: Timestamp
    ) {
        let ofAll = alert.problems.filter { !$0.field.hasPrefix("legs[") }
        if !ofAll.isEmpty {
            for command in commands { block(command.id, .invalid(ofAll), at: now) }
            return
        }
        var failing: (name: String, id: CommandID?)? = alert.problems.first.map { ($0.description, nil) }
        for (command, problems) in zip(commands, problems) {
            guard let first = problems.first else { continue }
            block(command.id, .invalid(problems), at: now)
            failing = failing ?? (first.description, command.id)
        }
        guard let failing, settings.legs == .together || alert.isUnsound else { return }
        for command in commands where orders[command.id]?.state == .received {
            block(command.id, .beside(failing.name, failing.id), at: now)
        }
    }

    /// Blocks one order, and tells of it.
    mutating func block(_ id: CommandID, _ reason: Reason, at now: Timestamp) {
        guard let record = orders[id] else { return }
        let command = record.command
        let severity: Notification.Severity = command.executionType == .exit ? .warning : .notice
        notify(
            .blocked,
            severity,
            "\(command.executionType.rawValue) \(command.side.rawValue) \(command.position) of \(command.strategy): "
                + "\(reason.tag.rawValue), \(reason.text)",
            id,
            at: now
        )
        self.record(.blocked(reason), of: id, at: now)
    }
}

extension Alert {
    /// With a problem where it asks for more than its source may want, or in a name that nobody may trade in.
    fileprivate var withinRights: Alert {
        if strategy != .external, source.mayWant(executionType) { return self }
        var alert = self
        if strategy == .external {
            alert.problems.append(FieldProblem("strategy_name", "external is kept for what is traded elsewhere"))
        }
        if !source.mayWant(executionType) {
            alert.problems.append(
                FieldProblem("execution_type", "\(executionType.rawValue) is not for \(source.rawValue) commands")
            )
        }
        alert.isUnsound = true
        return alert
    }
}

extension Alert.Leg {
    /// Whether two legs of one alert mean the same position. What an exit leaves out matches anything.
    fileprivate func overlaps(_ other: Alert.Leg, of type: ExecutionType) -> Bool {
        let open = type == .exit
        return symbol == other.symbol
            && (exchange == other.exchange || open && (exchange == nil || other.exchange == nil))
            && (product == other.product || open && (product == nil || other.product == nil))
    }
}

extension Reason {
    static func invalid(_ problems: [FieldProblem]) -> Reason {
        Reason(.validationFailed, code: "invalid", problems.map(\.description).joined(separator: "; "))
    }

    /// For an order that is well in itself, beside one that is not.
    static func beside(_ what: String, _ blocking: CommandID?) -> Reason {
        Reason(.groupBlocked, code: "group", "not sent because of another leg: \(what)", blocking: blocking)
    }
}
