import BrokerNoren
import Desk
import Engine
import Logging
import Trading

extension EngineClient {
    /// A client as its configuration has it.
    init(_ client: Configuration.Client, account: NorenAccount, logger: Logger) {
        let limits = client.broker?.limits ?? .standard
        self.init(
            id: ClientID(client.id),
            broker: BrokerNoren(account: account, now: { SystemClock().now() }, logger: logger),
            desk: DeskSettings(client),
            limits: CallLimits(limits),
            watch: WatchIntervals(client.watch),
            placeTimeout: limits.placeTimeout,
            entryWait: limits.entryWait
        )
    }
}

extension NorenAccount {
    /// Refuses, before anything is started, what this version cannot trade with.
    init(_ client: Configuration.Client) throws {
        guard client.mode == .live, let noren = client.broker else {
            throw CommandFailure(
                "client \(client.id): mode paper is not in this version; use mode live with `simulate`"
            )
        }
        guard case .quickAuth(let login) = noren.authentication else {
            throw CommandFailure("client \(client.id): auth.oauth is not in this version; use auth.quickauth")
        }
        let factor: SecondFactor =
            switch login.secondFactor {
            case .fixed(let code): .fixed(code.reveal)
            case .totp(let secret): .totp(secret.reveal)
            }
        self.init(
            rest: noren.rest,
            websocket: noren.websocket,
            user: login.user,
            vendorCode: login.vendorCode,
            password: login.password.reveal,
            apiSecret: login.apiSecret.reveal,
            secondFactor: factor
        )
        orderTimeout = noren.limits.placeTimeout + .seconds(1)  // the engine's own deadline comes first
    }
}

extension DeskSettings {
    init(_ client: Configuration.Client) {
        self.init()
        if let policy = CrossStrategy(rawValue: client.guard.crossStrategy.rawValue) { crossStrategy = policy }
        if let policy = Legs(rawValue: client.guard.legs.rawValue) { legs = policy }
        waitForFlat = client.guard.waitForFlat
        repeatWindow = client.webhook.repeatWindow
        maxAge = client.webhook.maxAge
        baseMaxLoss = client.risk.baseMaxLoss
        maxProfitAge = client.risk.maxPnlAge
        includesDelivery = client.risk.includeCNC
        absenceAfter = client.watch.absenceAfter
        unconfirmedAlert = client.watch.unconfirmedAlert
    }
}

extension CallLimits {
    fileprivate init(_ limits: Configuration.Noren.Limits) {
        self.init()
        ordersPerSecond = limits.ordersPerSecond
        callsPerSecond = limits.callsPerSecond
        callsPerMinute = limits.callsPerMinute
    }
}

extension WatchIntervals {
    fileprivate init(_ watch: Configuration.Watch) {
        self.init()
        poll = watch.pollInterval
        positions = watch.positionsInterval
        idle = watch.idleInterval
    }
}
