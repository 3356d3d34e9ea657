import BrokerNoren
import Desk
import Engine
import Logging
import Trading

extension EngineClient {
    /// A client as its configuration has it.
    init(_ client: Configuration.Client, account: NorenAccount, memory: SessionMemory?, logger: Logger) {
        let limits = client.broker?.limits ?? .standard
        self.init(
            id: ClientID(client.id),
            broker: BrokerNoren(
                account: account,
                memory: memory,
                now: { SystemClock().now() },
                logger: logger
            ),
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
            throw CommandFailure("client \(client.id): only a live client has an account at a broker")
        }
        self.init(
            rest: noren.rest,
            websocket: noren.websocket,
            user: noren.authentication.user,
            login: NorenLogin(noren.authentication, profile: noren.profile),
            placement: noren.credential.map { $0 == .bearer ? .bearer : .body }
        )
        orderTimeout = noren.limits.placeTimeout + .seconds(1)  // the engine's own deadline comes first
    }
}

extension NorenLogin {
    fileprivate init(_ authentication: Configuration.Noren.Authentication, profile: Configuration.Noren.Profile?) {
        switch authentication {
        case .quickAuth(let login):
            let factor: QuickAuthLogin.SecondFactor =
                switch login.secondFactor {
                case .fixed(let code): .fixed(code.reveal)
                case .totp(let secret): .totp(secret.reveal)
                }
            self = .quickAuth(
                QuickAuthLogin(
                    vendorCode: login.vendorCode,
                    password: login.password.reveal,
                    apiSecret: login.apiSecret.reveal,
                    secondFactor: factor
                )
            )
        case .oauth(let login):
            let tokenURL = login.tokenURL ?? profile?.tokenURL
            self = .oauth(
                OAuthLogin(
                    clientID: login.clientID,
                    secret: login.secret.reveal,
                    dialect: tokenURL.map { .flattrade(tokenURL: $0) } ?? .noren
                )
            )
        }
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
        risk = client.risk.manager
        risk.cooldownAfterExit = client.guard.cooldownAfterExit
        // Masters are loaded for live clients only.
        contractRules.requiresMaster = client.mode == .live && client.broker?.masters.isRequired == true
        protection = client.mode == .live ? client.broker?.market.protection : nil
        contractRules.protectsMarket = protection != nil
        slicesOrders = client.mode == .live
        absenceAfter = client.watch.absenceAfter
        unconfirmedAlert = client.watch.unconfirmedAlert
        limits = client.risk.limits
        tellsPeople = !client.telegramChats.isEmpty
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
