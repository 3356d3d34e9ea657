import JSONText

/// One entry of the API: a function from the exchange and a call to the JSON that answers it.
enum Endpoint: Sendable {
    /// Needs no session.
    case open(@Sendable (inout Exchange, Call) throws(Refusal) -> JSONValue)
    /// Gets the number of the account whose session it is.
    case session(@Sendable (inout Exchange, Int, Call) throws(Refusal) -> JSONValue)
    /// A session endpoint that changes orders or positions: the API gate looks at it first.
    case order(@Sendable (inout Exchange, Int, Call) throws(Refusal) -> JSONValue)

    var isReading: Bool { if case .session = self { true } else { false } }
    var isOrder: Bool { if case .order = self { true } else { false } }

    /// All endpoints by name. Each family has a file and adds its own table here.
    static let all: [String: Endpoint] = [
        sessionEndpoints, tokenEndpoints, orderEndpoints, bookEndpoints, accountEndpoints, marginEndpoints,
        marketDataEndpoints, optionEndpoints, chartEndpoints, watchListEndpoints,
    ].reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }
}

/// What goes back over HTTP.
struct Reply: Sendable, Equatable {
    let status: Int
    let body: JSONValue
}

extension Exchange {
    /// Answers one request: session, rate limit, then the endpoint itself.
    ///
    /// With a `past` the endpoint sees that; session and limits are those of now.
    mutating func answer(_ endpoint: Endpoint, _ call: Call, from past: Exchange? = nil) -> Reply {
        do throws(Refusal) {
            switch endpoint {
            case .open(let body):
                return Reply(status: 200, body: try body(&self, call))
            case .session(let body):
                let account = try session(of: call)
                if limitsCalls { try accounts[account].rate.admit(isOrder: false, habits, at: call.now) }
                if var past { return Reply(status: 200, body: try body(&past, account, call)) }
                return Reply(status: 200, body: try body(&self, account, call))
            case .order(let body):
                let account = try session(of: call)
                if limitsCalls { try accounts[account].rate.admit(isOrder: true, habits, at: call.now) }
                try checkAddress(of: account, call)
                return Reply(status: 200, body: try body(&self, account, call))
            }
        } catch {
            return Reply(refusal: error, habits, now: call.now)
        }
    }

    /// The profile 2026 knows every account's address.
    func checkAddress(of account: Int, _ call: Call) throws(Refusal) {
        guard profile == .y2026, let address = call.address, address != accounts[account].staticAddress else { return }
        throw Refusal("ALGO_CHK: Invalid IP address")
    }

    private func session(of call: Call) throws(Refusal) -> Int {
        guard let token = call.token, let account = sessions[token] else { throw .sessionExpired }
        if let uid = call.text("uid"), uid != accounts[account].uid { throw .sessionExpired }
        return account
    }
}

extension Reply {
    init(refusal: Refusal, _ habits: BrokerHabits, now: Int64) {
        var row = Row()
        row.add("request_time", IndianTime(microseconds: now).clockFirst)
        row.add("stat", "Not_Ok")
        row.add("emsg", refusal.message)
        let status =
            switch refusal.kind {
            case .input: habits.validationStatus
            case .session: habits.sessionStatus
            case .rate: habits.rateStatus
            case .other: 200
            case .status(let status): status
            }
        self.init(status: status, body: row.json)
    }
}
