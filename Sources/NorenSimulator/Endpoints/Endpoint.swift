import JSONText

/// One entry of the API: a function from the exchange and a call to the JSON that answers it.
enum Endpoint: Sendable {
    /// Needs no session.
    case open(@Sendable (inout Exchange, Call) throws(Refusal) -> JSONValue)
    /// Gets the number of the account whose session it is.
    case session(@Sendable (inout Exchange, Int, Call) throws(Refusal) -> JSONValue)

    /// All endpoints by name. Each family has a file and adds its own table here.
    static let all: [String: Endpoint] = [
        sessionEndpoints, orderEndpoints, bookEndpoints, accountEndpoints, marketDataEndpoints,
    ].reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }
}

/// What goes back over HTTP.
struct Reply: Sendable, Equatable {
    let status: Int
    let body: JSONValue
}

extension Exchange {
    /// Answers one request: session, rate limit, then the endpoint itself.
    mutating func answer(_ endpoint: Endpoint, _ call: Call) -> Reply {
        do throws(Refusal) {
            switch endpoint {
            case .open(let body):
                return Reply(status: 200, body: try body(&self, call))
            case .session(let body):
                let account = try session(of: call)
                if limitsCalls { try accounts[account].rate.admit(at: call.now) }
                return Reply(status: 200, body: try body(&self, account, call))
            }
        } catch {
            return Reply(refusal: error, now: call.now)
        }
    }

    private func session(of call: Call) throws(Refusal) -> Int {
        guard let token = call.token, let account = sessions[token] else { throw .sessionExpired }
        if let uid = call.text("uid"), uid != accounts[account].uid { throw .sessionExpired }
        return account
    }
}

extension Reply {
    init(refusal: Refusal, now: Int64) {
        var row = Row()
        row.add("request_time", IndianTime(microseconds: now).clockFirst)
        row.add("stat", "Not_Ok")
        row.add("emsg", refusal.message)
        self.init(status: refusal.status, body: row.json)
    }
}
