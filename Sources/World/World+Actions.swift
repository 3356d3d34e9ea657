import Desk
import Engine
import Synchronization
import Trading

/// What senders, operators, people at the broker's app and the machine do.
extension World {
    static let strategies: [StrategyName] = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]

    /// One thing that happens now.
    func act() {
        let account = anyone()
        switch draw({ $0.below(100) }) {
        case 0..<52: send(alert(for: account), to: account)
        case 52..<57: if faults.has(.repeatedAlert) { repeatAlert(of: account) }
        case 57..<63: if faults.allows(.operatorCancel) { cancelOne(of: account) }
        case 63..<70: if faults.allows(.operatorChange) { changeOne(of: account) }
        case 70..<76: if faults.allows(.operatorHalt) { haltOrResume(account) }
        case 76..<79:
            if faults.allows(.manualOrder) { account.exchange.tradeByHand(draw { $0.oneOf(Market.positions) }) }
        case 79..<82: if faults.allows(.manualCancel) { account.exchange.cancelByHand() }
        case 82..<85: if faults.allows(.manualResize) { account.exchange.resizeByHand() }
        case 85..<87: if faults.has(.crash), mayCrash { crash(at: .anywhere) }
        case 87: if faults.has(.gracefulStop), draw({ $0.happens(30) }) { stopGracefully() }
        case 88..<91: if faults.allows(.clockJump) { jump() }
        case 91..<93: if faults.allows(.socketDrop) { account.exchange.dropSockets() }
        case 93..<95: if faults.allows(.dayLoss) { account.exchange.setProfit(draw { $0.within(-9000...4000) }) }
        case 95..<97: if faults.has(.standby) { startStandby() }
        case 97: if accounts.count > 1, faults.allows(.wrongClient) { touchAnothers(account) }
        default: break
        }
    }

    private func startStandby() {
        if running == nil { return }
        faults.count(.standby)
        boot()
    }

    private func jump() {
        let by = draw {
            $0.oneOf([Duration.seconds(-20), .seconds(-1), .milliseconds(-40), .seconds(3), .seconds(90)])
        }
        trace.note("the clock is set by \(by.inSeconds)")
        for account in accounts { account.judge.clockJumped() }
        clock.jump(by)
    }

    // MARK: Alerts

    private func alert(for account: Account) -> Alert {
        let number = account.state.withLock { $0.sent.count }
        let now = clock.now()
        let strategy = draw { $0.oneOf(Self.strategies) }
        let held = account.shelf.read { $0.holdings.keys.filter { $0.strategy == strategy }.map(\.position).sorted() }
        return draw { chance in
            // What makes sense, as a rule: most of the rest is blocked, and proves the same thing over and over.
            let sensible: [ExecutionType] = held.isEmpty ? [.entry] : [.exit, .exit, .adjust]
            let type = chance.oneOf(chance.happens(70) ? sensible : [.entry, .entry, .entry, .exit, .exit, .adjust])
            let named = type == .entry || held.isEmpty || chance.happens(25) ? Market.positions : held
            let wanted = type == .exit ? chance.below(3) : chance.oneOf([1, 1, 1, 2, 3])
            var legs: [Alert.Leg] = []
            for position in named.shuffled(using: &chance).prefix(wanted) {
                legs.append(Self.leg(legs.count, position, type, &chance))
            }
            return Alert(
                source: chance.oneOf([.webhook, .webhook, .dashboard, .api, .cli, .strategy]),
                strategy: strategy,
                executionType: type,
                idempotencyKey: chance.happens(50) ? "key \(number)" : nil,
                contentHash: "content \(number)",
                request: "{}",
                signalledAt: chance.happens(15) ? now - chance.milliseconds(-8000...90_000) : nil,
                test: chance.happens(3) ? chance.oneOf([TestOutcome.success, .failure]) : nil,
                legs: legs
            )
        }
    }

    private static func leg(
        _ index: Int,
        _ position: PositionKey,
        _ execution: ExecutionType,
        _ chance: inout Chance
    ) -> Alert.Leg {
        let side = chance.oneOf([Side.buy, .sell])
        let type = chance.oneOf([OrderType.market, .market, .market, .limit, .limit, .stopLimit, .stopMarket])
        let isExit = execution == .exit
        return Alert.Leg(
            index: index,
            exchange: isExit && chance.happens(50) ? nil : position.instrument.exchange,
            symbol: position.instrument.symbol,
            product: isExit && chance.happens(50) ? nil : position.product,
            side: isExit ? nil : side,
            quantity: isExit && chance.happens(60) ? nil : 10 * chance.within(1...12),
            type: type,
            price: Price(tenThousandths: 1_000_000),
            triggerPrice: Price(tenThousandths: 1_000_000)
        )
    }

    private func send(_ alert: Alert, to account: Account) {
        account.state.withLock { $0.sent.append(alert) }
        if faults.strikes(.reorderedAlert) {
            account.state.withLock { $0.heldBack.append(alert) }
            scheduler.after(draw { $0.milliseconds(10...5000) }) { self.release(to: account) }
        } else {
            submit(alert, to: account)
        }
        if faults.strikes(.repeatedAlert) {
            account.state.withLock { $0.alertsInAir += 1 }
            scheduler.after(draw { $0.milliseconds(0...5000) }) {
                account.state.withLock { $0.alertsInAir -= 1 }
                self.submit(alert, to: account)
            }
        }
    }

    /// An alert that was held up on its way arrives, perhaps behind younger ones.
    private func release(to account: Account) {
        let alert = account.state.withLock { $0.heldBack.popLast() }
        if let alert { submit(alert, to: account) }
    }

    private func repeatAlert(of account: Account) {
        let sent = account.state.withLock { $0.sent }
        if !sent.isEmpty { submit(draw { $0.oneOf(sent) }, to: account) }
    }

    func submit(_ alert: Alert, to account: Account) {
        guard let running else { return }
        trace.note("alert \(alert.contentHash) \(alert.executionType.rawValue) of \(account.id) \(alert.strategy)")
        Task(executorPreference: scheduler) {
            let reply: DeskReply
            do {
                reply = try await running.engine.submit(alert, to: account.id)
            } catch {
                return self.trace.note("alert \(alert.contentHash): \(error)")
            }
            guard running.process.isAlive else { return }
            self.take(reply, to: alert, of: account)
        }
    }

    private func take(_ reply: DeskReply, to alert: Alert, of account: Account) {
        switch reply {
        case .registered(let group, let records, _):
            trace.note("alert \(alert.contentHash): registered")
            account.judge.acknowledged(records, key: alert.idempotencyKey, group: group)
            account.state.withLock { $0.known += records.map(\.id) }
        case .repeated(let group, _):
            account.judge.acknowledged([], key: alert.idempotencyKey, group: group)
        case .conflict: account.judge.violated("the same alert is taken for another one")
        default: break
        }
    }

    // MARK: Operators

    private func cancelOne(of account: Account) {
        let known = account.state.withLock { $0.known }
        guard let running, !known.isEmpty else { return }
        let id = draw { $0.oneOf(known) }
        trace.note("operator: cancel \(id)")
        Task(executorPreference: scheduler) { _ = try? await running.engine.cancel(id, of: account.id) }
    }

    /// Somebody wants an order to be another one: an open one as a rule.
    private func changeOne(of account: Account) {
        let open = account.shelf.read { $0.orders.values.filter { $0.state.word == .working }.map(\.id).sorted() }
        let known = account.state.withLock { $0.known }
        guard let running, let id = draw({ $0.happens(80) && !open.isEmpty ? $0.oneOf(open) : known.last }) else {
            return
        }
        let wish = draw { chance in
            var wish = OrderChange(id, source: chance.oneOf([.api, .api, .dashboard, .cli]))
            if chance.happens(60) { wish.quantity = 10 * chance.within(1...14) }
            if chance.happens(15) { wish.type = chance.oneOf([.limit, .limit, .stopLimit, .market]) }
            if chance.happens(40) { wish.price = Price(tenThousandths: 1_000_000 + Int64(chance.below(20)) * 500) }
            return wish
        }
        trace.note("operator: change \(id)")
        Task(executorPreference: scheduler) { _ = try? await running.engine.modify(wish, of: account.id) }
    }

    /// One client asks for another's order: to that client there is none.
    private func touchAnothers(_ account: Account) {
        let others = accounts.filter { $0.id != account.id }.flatMap { other in other.state.withLock { $0.known } }
        guard let running, !others.isEmpty else { return }
        let id = draw { $0.oneOf(others) }
        let way = draw { $0.below(3) }
        trace.note("\(account.id) asks for \(id) of another client")
        Task(executorPreference: scheduler) {
            let client = account.id
            let reply: DeskReply?
            switch way {
            case 0: reply = try? await running.engine.cancel(id, of: client)
            case 1: reply = try? await running.engine.modify(OrderChange(id, source: .api, quantity: 10), of: client)
            default:
                let word = Resolution(.absent, by: "operator", reason: "world")
                reply = try? await running.engine.resolve(id, word, of: client)
            }
            switch reply {
            case nil, .unknownOrder: break
            default: account.judge.violated("\(client) reached \(id) of another client")
            }
        }
    }

    private func haltOrResume(_ account: Account) {
        guard let running else { return }
        let (halted, turning) = account.state.withLock { ($0.halts, $0.turning) }
        let scopes: [Halt.Scope] = [
            .global, .client, .strategy("alpha"), .strategy("beta"), .source(.webhook),
            .instrument(Market.positions[0].instrument),
        ]
        let mode = draw { $0.happens(25) ? Halt.Mode.reducing : $0.happens(20) ? .kill : .halt }
        let scope = draw { $0.happens(60) ? halted.first ?? $0.oneOf(scopes) : $0.oneOf(scopes) }
        guard !turning.contains(scope) else { return }
        let isHalted = halted.contains(scope)
        let reached = scope == .global ? accounts : [account]
        trace.note("operator: \(isHalted ? "resume" : mode.rawValue) \(scope) of \(account.id)")
        for account in reached {
            account.state.withLock { state in
                state.turning.insert(scope)
                state.halts.removeAll { $0 == scope }
                if !isHalted { state.halts.append(scope) }
            }
            if isHalted { account.judge.resuming(scope) }
        }
        Task(executorPreference: scheduler) {
            let isDone = await self.turn(scope, isHalted ? nil : mode, account.id, running.engine)
            for account in reached {
                account.state.withLock { _ = $0.turning.remove(scope) }
                if isDone, !isHalted, running.process.isAlive { account.judge.halted(scope) }
            }
        }
    }

    /// True once the engine has confirmed it. Without a mode the halt is lifted.
    private func turn(_ scope: Halt.Scope, _ mode: Halt.Mode?, _ client: ClientID, _ engine: Engine) async -> Bool {
        do {
            if let mode {
                let halt = Halt(scope: scope, mode: mode, by: "operator", reason: "world", at: clock.now())
                if mode == .kill {
                    _ = try await engine.kill(halt, reportingOn: client)
                } else {
                    try await engine.halt(halt, client: client)
                }
            } else {
                try await engine.resume(scope, by: "chance", reason: "none", client: client)
            }
            return true
        } catch {
            return false
        }
    }
}
