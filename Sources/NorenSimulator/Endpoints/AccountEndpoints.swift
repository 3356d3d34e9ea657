import JSONText

extension Endpoint {
    static let accountEndpoints: [String: Endpoint] = [
        "UserDetails": .session(userDetails),
        "Limits": .session(limits),
        "Holdings": .session(holdings),
    ]

    @Sendable private static func userDetails(_ exchange: inout Exchange, _ account: Int, _ call: Call) -> JSONValue {
        var row = Row()
        addUser(exchange.accounts[account], to: &row)
        row.add("m_num", "9000000000")
        row.add("uprev", "INVESTOR")
        return call.ok(row)
    }

    /// What logins and `UserDetails` both tell about a user.
    static func addUser(_ account: Account, to row: inout Row) {
        row.add("uname", "A TRADER")
        row.add("uid", account.uid)
        row.add("actid", account.uid)
        row.add("email", "A@EXAMPLE.INVALID")
        row.add("brkname", "FINV")
        row.add("brnchid", "HO")
        row.add("access_type", value: ["API", "WEB"])
        row.add("exarr", value: ["NSE", "NFO", "BSE", "BFO", "MCX", "CDS"])
        row.add("orarr", value: ["LMT", "MKT", "SL-LMT", "SL-MKT"])
        row.add(
            "prarr",
            value: [
                ["prd": "C", "s_prdt_ali": "CNC", "exch": ["NSE", "BSE"]],
                ["prd": "M", "s_prdt_ali": "NRML", "exch": ["NFO", "BFO", "CDS", "MCX"]],
                ["prd": "I", "s_prdt_ali": "MIS", "exch": ["NSE", "NFO", "BSE", "BFO", "CDS", "MCX"]],
            ]
        )
    }

    /// Available margin is `cash` − `marginused`.
    @Sendable private static func limits(_ exchange: inout Exchange, _ number: Int, _ call: Call) -> JSONValue {
        let account = exchange.accounts[number]
        let result = exchange.dayResult(of: account)
        var row = Row()
        row.add("actid", account.uid)
        row.add("prfname", "SIMULATOR")
        row.add("cash", account.cash)
        for absent in ["payin", "payout", "brkcollamt", "unclearedcash", "daycash"] { row.add(absent, Rupees.zero) }
        row.add("turnoverlmt", "999999999999.00")
        row.add("pendordvallmt", "999999999999.00")
        row.add("marginused", account.marginUsed)
        row.add("collateral", Rupees.zero)
        row.add("turnover", account.turnover)
        row.add("pendordval", exchange.pendingValue(of: number))
        row.add("peak_mar", account.peakMargin)
        row.add("rpnl", result.realised)
        row.add("urmtom", result.unrealised)
        return call.ok(row)
    }

    /// Only delivery has holdings; any other product has none.
    @Sendable private static func holdings(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    ) throws(Refusal)
        -> JSONValue
    {
        let isDelivery = call.text("prd").map { $0 == Product.delivery.rawValue } ?? true
        let owner = exchange.accounts[account]
        guard isDelivery, !owner.holdings.isEmpty else { throw .noData }
        return .array(
            owner.holdings.map { holding in
                HoldingRow(
                    holding: holding,
                    used: owner.soldFromHolding(of: holding.instrument),
                    listings: exchange.instruments.listings(of: holding.instrument).map { exchange.instruments[$0] }
                ).json
            }
        )
    }
}

extension Exchange {
    /// What the account's open orders are worth.
    func pendingValue(of account: Int) -> Rupees {
        accounts[account].openOrders.reduce(Rupees.zero) { $0 + orders[$1].price.price * orders[$1].remaining }
    }

    /// Profit and loss of all the account's positions at the last prices.
    func dayResult(of account: Account) -> (realised: Rupees, unrealised: Rupees) {
        var realised = Rupees.zero
        var unrealised = Rupees.zero
        for key in account.positionKeys {
            let last = books[key.instrument].quote.last
            let multiplier = instruments[key.instrument].multiplier
            realised += account.position(key).realised(at: last, times: multiplier)
            unrealised += account.position(key).unrealised(at: last, times: multiplier)
        }
        return (realised, unrealised)
    }
}
