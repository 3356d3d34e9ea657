internal import Desk
internal import Trading

extension LimitSettings {
    /// Everything of `clients[].risk.limits`; nothing is limited that is not written there.
    init(_ section: ConfigurationSection) {
        self.init()
        client = Limits(section, scope: .client)
        repeatedWithin = section.value(
            "repeated_within",
            .duration,
            default: "10s",
            "How close together identical orders must come to count as repeated."
        )
        haltsOnOrdersOut = section.limitSwitch(.ordersOut)
        holdsToTradingHours = section.limitSwitch(.tradingHours)
        avoidsExpiryDay = section.limitSwitch(.expiryDay)
        blocksSelfCrossing = section.limitSwitch(.selfCrossing)
        restricted = section.limitList(.restricted)
        allowed = section.limitList(.notAllowed)
        for (name, limits) in section.named("strategies", as: "NAME", .strategyName, { Limits($0, scope: .strategy) }) {
            strategies[StrategyName(name)] = limits
        }
        for (name, limits) in section.named(
            "instruments",
            as: "NFO:SYMBOL",
            .instrumentName,
            { Limits($0, scope: .instrument) }
        ) {
            if let instrument = Instrument(named: name) { instruments[instrument] = limits }
        }
    }
}

extension Limits {
    fileprivate init(_ section: ConfigurationSection, scope: LimitKind.ScopeWord) {
        self.init()
        for kind in LimitKind.allCases where kind.scopes.contains(scope) {
            switch kind {
            case .orderQuantity: orderQuantity = section.count(kind)
            case .orderValue: orderValue = section.optional(kind.key, .rupees, kind.meaning)
            case .priceCollar: priceCollar = section.optional(kind.key, .percent, kind.meaning)
            case .openOrders: openOrders = section.count(kind)
            case .ordersPerSecond: ordersPerSecond = section.count(kind)
            case .ordersPerMinute: ordersPerMinute = section.count(kind)
            case .ordersPerDay: ordersPerDay = section.count(kind)
            case .repeatedOrders: repeatedOrders = section.count(kind)
            case .instrumentPosition: instrumentPosition = section.count(kind)
            case .strategyPosition: strategyPosition = section.count(kind)
            case .grossExposure: grossExposure = section.optional(kind.key, .rupees, kind.meaning)
            case .freeMargin: freeMargin = section.optional(kind.key, .rupees, kind.meaning)
            case .restricted, .notAllowed, .tradingHours, .expiryDay, .selfCrossing, .ordersOut: continue
            }
        }
    }
}

extension ConfigurationSection {
    fileprivate func count(_ kind: LimitKind) -> Int? {
        optional(kind.key, .integer(1...1_000_000_000), kind.meaning)
    }

    fileprivate func limitSwitch(_ kind: LimitKind) -> Bool {
        value(kind.key, .boolean, default: "false", kind.meaning)
    }

    fileprivate func limitList(_ kind: LimitKind) -> Set<String> {
        Set(optionalValues(kind.key, .tradableName, kind.meaning))
    }
}

extension ValueKind<Int> {
    /// In hundredths of a percent.
    fileprivate static var percent: Self {
        ValueKind(
            name: "a percentage from 0.01% to 100%",
            advice: "write a number with its sign, such as 5% or 2.5%",
            placeholder: 100
        ) { text in
            guard text.hasSuffix("%"), let percent = Price(String(text.dropLast())),
                percent.tenThousandths % 100 == 0, (1...10_000).contains(percent.tenThousandths / 100)
            else { return nil }
            return Int(percent.tenThousandths / 100)
        }
    }
}

extension ValueKind<String> {
    fileprivate static var strategyName: Self {
        ValueKind(
            name: "a strategy's name",
            advice: "write 1 to 64 printable characters as alerts give it; not external",
            placeholder: ""
        ) { text in
            let isOwn = StrategyName(text) != .external
            return isOwn && (1...64).contains(text.utf8.count) && text.allSatisfy { !$0.isNewline } ? text : nil
        }
    }

    fileprivate static var instrumentName: Self {
        ValueKind(
            name: "an instrument",
            advice: "write its exchange and symbol, such as NSE:ACC-EQ",
            placeholder: ""
        ) { Instrument(named: $0) == nil ? nil : $0 }
    }

    fileprivate static var tradableName: Self {
        ValueKind(
            name: "an exchange, an underlying, a symbol or an instrument",
            advice: "write it as NFO, BANKNIFTY, ACC-EQ or NSE:ACC-EQ",
            placeholder: ""
        ) { text in
            if text.contains(":") { return Instrument(named: text) == nil ? nil : text }
            let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            return isPlain && (1...64).contains(text.utf8.count) ? text : nil
        }
    }
}
