import JSONText

extension Endpoint {
    /// The OAuth generation: a code from the broker's page becomes a session.
    static let tokenEndpoints: [String: Endpoint] = [
        "GenAcsTok": .open(accessToken),
        "ForgotPassword": .open(forgotPassword),
        "FgtPwdOTP": .open(forgotPassword),
    ]

    /// Opens every account at any time, so that scripts need no browser.
    static let standingCode = "11111111-2222-3333-4444-555555555555"

    @Sendable private static func accessToken(_ exchange: inout Exchange, _ call: Call) throws(Refusal) -> JSONValue {
        let verifier = loginRefused("INVALID_VERIFIER")
        guard let uid = call.text("uid"), let number = exchange.accountNumbers[uid] else { throw verifier }
        let account = exchange.accounts[number]
        let code = try call.required("code")
        guard try call.required("checksum") == hash(account.vendorCode + account.secret + code) else { throw verifier }
        if exchange.habits.loginNeedsAddress { try exchange.checkAddress(of: number, call) }
        guard code == standingCode || exchange.codes.removeValue(forKey: code) == number else { throw verifier }
        let token = exchange.openSession(for: number, at: call.now)
        var row = Row()
        row.add("access_token", token)
        row.add("refresh_token", hash("refresh|\(token)"))
        row.add("expires_in", TradingHours.sessionEnd(after: call.now) / 1_000_000)
        row.add("USERID", uid)
        row.add("scope", "")
        return call.ok(row.followed(by: opened(token, account, call)))
    }

    /// A password is never really sent.
    @Sendable private static func forgotPassword(_ exchange: inout Exchange, _ call: Call) throws(Refusal) -> JSONValue
    {
        guard exchange.accountNumbers[try call.required("uid")] != nil else { throw loginRefused("Invalid User Id") }
        _ = try call.required("pan")
        return call.ok()
    }
}

extension Exchange {
    /// A code as the broker's login page hands it to the redirect address: good once.
    mutating func issueCode(for account: Int, at now: Int64) -> String {
        let digits = Endpoint.hash("code|" + nextSessionSeed(accounts[account], at: now))
        var code = ""
        for (index, digit) in digits.prefix(32).enumerated() {
            if [8, 12, 16, 20].contains(index) { code.append("-") }
            code.append(digit)
        }
        codes[code] = account
        return code
    }
}
