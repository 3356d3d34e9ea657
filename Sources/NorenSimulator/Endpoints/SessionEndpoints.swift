import Crypto
import JSONText

extension Endpoint {
    static let sessionEndpoints: [String: Endpoint] = [
        "QuickAuth": .open(quickAuth),
        "Logout": .session(logout),
    ]

    /// The legacy login. The token it gives replaces the account's earlier one.
    @Sendable private static func quickAuth(_ exchange: inout Exchange, _ call: Call) throws(Refusal) -> JSONValue {
        guard exchange.profile == .y2024 else { throw loginRefused("User Not enabled on : API") }
        let uid = try call.required("uid")
        guard let number = exchange.accountNumbers[uid] else { throw loginRefused("Invalid User Id") }
        let account = exchange.accounts[number]
        try exchange.checkAttempts(of: number)
        guard try call.required("pwd") == hash(account.password) else {
            throw exchange.wrongLogin(of: number, "Wrong Password")
        }
        guard call.text("vc") == account.vendorCode else { throw loginRefused("Invalid Vendor code") }
        guard try call.required("appkey") == hash("\(uid)|\(account.secret)") else {
            throw loginRefused("Invalid App Key")
        }
        guard exchange.takeSecondFactor(try call.required("factor2"), of: number, at: call.now) else {
            throw exchange.wrongLogin(of: number, "Invalid OTP")
        }
        exchange.accounts[number].wrongLogins = 0
        return call.ok(opened(exchange.openSession(for: number, at: call.now), account, call))
    }

    /// What every login answers.
    static func opened(_ token: String, _ account: Account, _ call: Call) -> Row {
        var row = Row()
        row.add("susertoken", token)
        row.add("lastaccesstime", IndianTime(microseconds: call.now).epochSeconds)
        row.add("lastpwdtime", IndianTime(microseconds: call.now - 86_400_000_000).epochSeconds)
        addUser(account, to: &row)
        row.add("values", value: .array(account.watchLists.names.map { .string($0) }))
        row.add("mws", value: .object(account.watchLists.names.map { JSONMember($0, []) }))
        return row
    }

    @Sendable private static func logout(_ exchange: inout Exchange, _ account: Int, _ call: Call) -> JSONValue {
        exchange.closeSession(of: account)
        return call.ok()
    }

    /// A login that is refused travels with 200, unlike other bad input.
    static func loginRefused(_ detail: String) -> Refusal { Refusal("Invalid Input :  \(detail)") }

    static func hash(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }
}

extension Exchange {
    fileprivate func checkAttempts(of account: Int) throws(Refusal) {
        guard habits.loginAttempts == 0 || accounts[account].wrongLogins < habits.loginAttempts else {
            throw Endpoint.loginRefused("User Blocked")
        }
    }

    fileprivate mutating func wrongLogin(of account: Int, _ detail: String) -> Refusal {
        accounts[account].wrongLogins += 1
        return Endpoint.loginRefused(detail)
    }

    /// Any six digits pass, unless there is a secret: then the codes of this half minute and its neighbours do, once.
    fileprivate mutating func takeSecondFactor(_ code: String, of account: Int, at now: Int64) -> Bool {
        guard code.utf8.count == 6, code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        guard let secret = totpSecret else { return true }
        let used = habits.codesAreSingleUse ? accounts[account].lastCodeStep : -1
        let steps = (-1...1).map { max(0, now / 30_000_000 + $0) }.filter { $0 > used }
        guard let step = steps.first(where: { OneTimePassword.code(secret: secret, step: UInt64($0)) == code }) else {
            return false
        }
        accounts[account].lastCodeStep = step
        return true
    }
}

extension Exchange {
    /// Starts a session; the account's earlier token is dead from here on.
    mutating func openSession(for account: Int, at now: Int64) -> String {
        closeSession(of: account)
        let seed = nextSessionSeed(accounts[account], at: now)
        let token = hexadecimal(SHA256.hash(data: Array(seed.utf8)))
        accounts[account].token = token
        accounts[account].logins += 1
        sessions[token] = account
        return token
    }

    mutating func closeSession(of account: Int) {
        guard let token = accounts[account].token else { return }
        sessions[token] = nil
        accounts[account].token = nil
    }
}

/// Lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
