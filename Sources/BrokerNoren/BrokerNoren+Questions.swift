public import Desk
import JSONText
public import Trading

/// Questions that no book answers: about one order, the market, a contract, the margin.
extension BrokerNoren {
    public func history(of number: BrokerOrderID) async -> BookRead<OrderReport> {
        await ask(.orderHistory, .history(number, user: account.user)) { row throws(RowFlaw) in
            try OrderReport(row, isMessage: false, now: now())
        }
    }

    public func quote(of contract: Contract) async -> BookRead<Quote> {
        await ask(.quotes, .asking(about: contract, user: account.user)) { row throws(RowFlaw) in
            Quote(row, now: now())
        }
    }

    public func watchQuote(of contract: Contract) async -> Bool { quotes.ask(for: contract) }

    public func security(_ contract: Contract) async -> BookRead<SecurityReport> {
        await ask(.securityInfo, .asking(about: contract, user: account.user)) { row throws(RowFlaw) in
            try SecurityReport(row)
        }
    }

    public func funds() async -> BookRead<FundsReport> {
        await ask(.limits, ["uid": .string(account.user), "actid": .string(account.user)]) { row throws(RowFlaw) in
            try FundsReport(row)
        }
    }

    /// What one order would take of the margin; nothing is placed.
    public func margin(for placement: Placement) async -> BookRead<MarginReport> {
        await ask(.orderMargin, .margin(placement, user: account.user)) { row throws(RowFlaw) in
            try MarginReport(row)
        }
    }

    /// Contracts whose names fit the words.
    public func search(_ words: String, at exchange: Exchange) async -> BookRead<SearchHit> {
        guard let credential else { return .unknown(ReadFailure(.sessionExpired, "no session")) }
        let fields = JSONValue.searching(words, at: exchange, user: account.user)
        let outcome = await call(.search, fields, credential, on: lanes.reads)
        return BookRead(outcome, listedIn: "values") { row throws(RowFlaw) in try SearchHit(row) }
    }

    private func ask<Row: Sendable>(
        _ endpoint: Endpoint,
        _ fields: JSONValue,
        row: (NorenRow) throws(RowFlaw) -> Row
    ) async -> BookRead<Row> {
        guard let credential else { return .unknown(ReadFailure(.sessionExpired, "no session")) }
        let outcome = await call(endpoint, fields, credential, on: lanes.reads)
        return BookRead(outcome, takesObject: endpoint != .orderHistory, row: row)
    }
}
