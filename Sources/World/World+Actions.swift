import Desk
import Engine
import Synchronization
import Trading

/// What senders, operators, people at the broker's app and the machine do.
extension World {
    static let strategies: [StrategyName] = ["alpha", "beta", "gamma", "delta"]
    static let positions: [PositionKey] = [
        PositionKey(Instrument("NFO", "BANKNIFTY29DEC26F"), .margin),
        PositionKey(Instrument("NFO", "NIFTY29DEC26F"), .margin),
        PositionKey(Instrument("NFO", "NIFTY29DEC26F"), .intraday),
        PositionKey(Instrument("NSE", "ACC-EQ"), .intraday),
        PositionKey(Instrument("MCX", "GOLDM05FEB27"), .margin),
        PositionKey(Instrument("BFO", "SENSEX29DEC26F"), .margin),
    ]

    /// One thing that happens now.
    func act() {
        switch draw({ $0.below(100) }) {
        case 0..<55: send(alert())
        case 55..<63: if faults.has(.repeatedAlert) { repeatAlert() }
        case 63..<70: if faults.allows(.operatorCancel) { cancelOne() }
        case 70..<76: if faults.allows(.operatorHalt) { haltOrResume() }
        case 76..<79: if faults.allows(.manualOrder) { exchange.tradeByHand(draw { $0.oneOf(Self.positions) }) }
        case 79..<82: if faults.allows(.manualCancel) { exchange.cancelByHand() }
        case 82..<85: if faults.allows(.manualResize) { exchange.resizeByHand() }
        case 85..<88: if faults.has(.crash), mayCrash { crash(at: .anywhere) }
        case 88..<91: if faults.allows(.clockJump) { jump() }
        case 91..<93: if faults.allows(.socketDrop) { exchange.dropSockets() }
        case 93..<95: if faults.allows(.dayLoss) { exchange.setProfit(draw { $0.within(-9000...4000) }) }
        default: break
        }
    }

    private func jump() {
        let by = draw {
            $0.oneOf([Duration.seconds(-20), .seconds(-1), .milliseconds(-40), .seconds(3), .seconds(90)])
        }
        trace.note("the clock is set by \(by.inSeconds)")
        judge.clockJumped()
        clock.jump(by)
    }

    // MARK: Alerts

    private func alert() -> Alert {
        let number = state.withLock { $0.sent.count }
        let now = clock.now()
        return draw { chance in
            let strategy = chance.oneOf(Self.strategies)
            let type = chance.oneOf([ExecutionType.entry, .entry, .entry, .exit, .exit, .adjust])
            let wanted = type == .exit ? chance.below(3) : chance.oneOf([1, 1, 1, 2, 3])
            var legs: [Alert.Leg] = []
            for position in Self.positions.shuffled(using: &chance).prefix(wanted) {
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
        let type = chance.oneOf([OrderType.market, .market, .market, .limit, .limit, .stopLimit])
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

    private func send(_ alert: Alert) {
        state.withLock { $0.sent.append(alert) }
        if faults.strikes(.reorderedAlert) {
            state.withLock { $0.heldBack.append(alert) }
            scheduler.after(draw { $0.milliseconds(10...5000) }) { self.release() }
        } else {
            submit(alert)
        }
        if faults.strikes(.repeatedAlert) {
            state.withLock { $0.alertsInAir += 1 }
            scheduler.after(draw { $0.milliseconds(0...5000) }) {
                self.state.withLock { $0.alertsInAir -= 1 }
                self.submit(alert)
            }
        }
    }

    /// An alert that was held up on its way arrives, perhaps behind younger ones.
    private func release() {
        let alert = state.withLock { $0.heldBack.popLast() }
        if let alert { submit(alert) }
    }

    private func repeatAlert() {
        let sent = state.withLock { $0.sent }
        if !sent.isEmpty { submit(draw { $0.oneOf(sent) }) }
    }

    func submit(_ alert: Alert) {
        guard let running else { return }
        trace.note("alert \(alert.contentHash) \(alert.executionType.rawValue) of \(alert.strategy)")
        Task(executorPreference: scheduler) {
            let reply: DeskReply
            do {
                reply = try await running.engine.submit(alert, to: Self.client)
            } catch {
                return self.trace.note("alert \(alert.contentHash): \(error)")
            }
            guard running.process.isAlive else { return }
            self.take(reply, to: alert)
        }
    }

    private func take(_ reply: DeskReply, to alert: Alert) {
        switch reply {
        case .registered(let group, let records, _):
            trace.note("alert \(alert.contentHash): registered")
            judge.acknowledged(records, key: alert.idempotencyKey, group: group)
            state.withLock { $0.known += records.map(\.id) }
        case .repeated(let group, _):
            judge.acknowledged([], key: alert.idempotencyKey, group: group)
        case .conflict: judge.violated("the same alert is taken for another one")
        default: break
        }
    }

    // MARK: Operators

    private func cancelOne() {
        let known = state.withLock { $0.known }
        guard let running, !known.isEmpty else { return }
        let id = draw { $0.oneOf(known) }
        trace.note("operator: cancel \(id)")
        Task(executorPreference: scheduler) { _ = try? await running.engine.cancel(id, of: Self.client) }
    }

    private func haltOrResume() {
        guard let running else { return }
        let (halted, turning) = state.withLock { ($0.halts, $0.turning) }
        let scopes: [Halt.Scope] = [.global, .client, .strategy("alpha"), .strategy("beta")]
        let scope = draw { $0.happens(60) ? halted.first ?? $0.oneOf(scopes) : $0.oneOf(scopes) }
        guard !turning.contains(scope) else { return }
        let isHalted = halted.contains(scope)
        trace.note("operator: \(isHalted ? "resume" : "halt") \(scope)")
        state.withLock { state in
            state.turning.insert(scope)
            if isHalted { state.halts.removeAll { $0 == scope } } else { state.halts.append(scope) }
        }
        if isHalted { judge.resuming(scope) }
        Task(executorPreference: scheduler) {
            let isDone = await self.turn(scope, halts: !isHalted, running.engine)
            self.state.withLock { _ = $0.turning.remove(scope) }
            if isDone, !isHalted, running.process.isAlive { self.judge.halted(scope) }
        }
    }

    /// True once the engine has confirmed it.
    private func turn(_ scope: Halt.Scope, halts: Bool, _ engine: Engine) async -> Bool {
        do {
            if halts {
                let halt = Halt(scope: scope, by: "operator", reason: "world", at: clock.now())
                try await engine.halt(halt, client: Self.client)
            } else {
                try await engine.resume(scope, by: "chance", reason: "none", client: Self.client)
            }
            return true
        } catch {
            return false
        }
    }
}
