import JSONText

@testable import NorenSimulator

/// 23 November 2026, 13:00 Indian time: the expiries listed are 24 November and 29 December.
let noon: Int64 = 1_795_419_000_000_000

extension Exchange {
    /// Two accounts, a frozen market, no rate limit.
    static func sample(
        profile: SimulatorSettings.Profile = .y2024,
        limits: Bool = false,
        totpSecret: String? = nil,
        hours: SimulatorSettings.Hours = .always,
        at now: Int64 = noon
    )
        -> Exchange
    {
        var settings = SimulatorSettings()
        settings.accounts = 2
        settings.limits = limits
        settings.profile = profile
        settings.totpSecret = totpSecret
        settings.hours = hours
        var exchange = Exchange(settings: settings, now: now)
        exchange.isFrozen = true
        return exchange
    }

    /// Sets a last price, with the book one tick around it, as the control endpoint does.
    mutating func setPrice(_ symbol: String, _ price: String, exchange market: String = "NSE") {
        guard let number = instruments.number(exchange: market, symbol: symbol), let price = Rupees(wire: price) else {
            return
        }
        books[number].quote.set(price)
        settle(number, at: noon)
    }

    /// Lets the clock run to `now`, as the server does before every call.
    mutating func passTime(to now: Int64) {
        while playNextMilestone(until: now) != nil {}
    }

    func book(_ symbol: String, exchange market: String = "NSE") -> Int {
        instruments.number(exchange: market, symbol: symbol) ?? -1
    }

    /// Places through the endpoint, as a client would; the order's index.
    mutating func order(
        _ changes: [String: JSONValue] = [:],
        account: Int = 0,
        at now: Int64 = noon
    ) throws
        -> Int
    {
        let reply = try request("PlaceOrder", .order(changes, uid: accounts[account].uid), account: account, at: now)
        guard let number = reply["norenordno"]?.string, let index = orderIndices[number] else {
            throw NotPlaced(answer: reply)
        }
        return index
    }

    /// Calls an endpoint with a session of the account, and gives the body of the answer.
    @discardableResult
    mutating func request(
        _ name: String,
        _ fields: JSONValue,
        account: Int = 0,
        at now: Int64 = noon
    ) throws
        -> JSONValue
    {
        try reply(name, fields, account: account, at: now).body
    }

    mutating func reply(_ name: String, _ fields: JSONValue, account: Int = 0, at now: Int64 = noon) throws -> Reply {
        guard let endpoint = Endpoint.all[name] else { throw NotPlaced(answer: .string(name)) }
        let token = accounts[account].token ?? openSession(for: account, at: now)
        return answer(endpoint, Call(fields: fields, token: token, now: now))
    }

    /// Calls without a session.
    mutating func open(
        _ name: String,
        _ fields: JSONValue,
        address: String? = nil,
        at now: Int64 = noon
    ) throws -> JSONValue {
        guard let endpoint = Endpoint.all[name] else { throw NotPlaced(answer: .string(name)) }
        return answer(endpoint, Call(fields: fields, token: nil, address: address, now: now)).body
    }

    func reports(_ index: Int) -> [ReportType] { orders[index].reports.map(\.type) }
    func lastReason(_ index: Int) -> String { orders[index].reports.last?.reason ?? "" }
}

struct NotPlaced: Error {
    let answer: JSONValue
}

extension JSONValue {
    /// A PlaceOrder body: buy 2 ACC-EQ at 1700.00, which rests. `null` takes a field out.
    static func order(_ changes: [String: JSONValue] = [:], uid: String = "FA00001") -> JSONValue {
        let fields: [(String, JSONValue)] = [
            ("uid", .string(uid)), ("actid", .string(uid)), ("exch", "NSE"), ("tsym", "ACC-EQ"), ("qty", "2"),
            ("prc", "1700.00"), ("prd", "I"), ("trantype", "B"), ("prctyp", "LMT"), ("ret", "DAY"),
        ]
        let known = fields.map { JSONMember($0.0, changes[$0.0] ?? $0.1) }
        let added = changes.filter { change in !fields.contains { $0.0 == change.key } }
        return .object((known + added.map { JSONMember($0.key, $0.value) }).filter { $0.value != .null })
    }
}

/// A moment of 23 November 2026, a Monday, or of a later day; Indian time.
func moment(_ hour: Int, _ minute: Int, _ second: Int = 0, daysLater: Int = 0) -> Int64 {
    let day = CalendarDay(daysSince1970: CalendarDay(year: 2026, month: 11, day: 23).daysSince1970 + daysLater)
    return IndianTime(day, secondsOfDay: hour * 3600 + minute * 60 + second).microseconds
}
