import Crypto
import JSONText

extension Endpoint {
    static let sessionEndpoints: [String: Endpoint] = [
        "QuickAuth": .open(quickAuth),
        "Logout": .session(logout),
    ]

    /// The legacy login. The token it gives replaces the account's earlier one.
    @Sendable private static func quickAuth(_ exchange: inout Exchange, _ call: Call) throws(Refusal) -> JSONValue {
        let uid = try call.required("uid")
        guard let number = exchange.accountNumbers[uid] else { throw loginRefused("Invalid User Id") }
        let account = exchange.accounts[number]
        guard try call.required("pwd") == hash(account.password) else { throw loginRefused("Wrong Password") }
        guard call.text("vc") == account.vendorCode else { throw loginRefused("Invalid Vendor code") }
        guard try call.required("appkey") == hash("\(uid)|\(account.secret)") else {
            throw loginRefused("Invalid App Key")
        }
        guard isSecondFactor(try call.required("factor2"), exchange, call.now) else {
            throw loginRefused("Invalid OTP")
        }
        let token = exchange.openSession(for: number, at: call.now)
        var row = Row()
        row.add("susertoken", token)
        row.add("lastaccesstime", IndianTime(microseconds: call.now).epochSeconds)
        row.add("lastpwdtime", IndianTime(microseconds: call.now - 86_400_000_000).epochSeconds)
        addUser(account, to: &row)
        row.add("values", value: ["1"])
        row.add("mws", value: ["1": []])
        return call.ok(row)
    }

    @Sendable private static func logout(_ exchange: inout Exchange, _ account: Int, _ call: Call) -> JSONValue {
        exchange.closeSession(of: account)
        return call.ok()
    }

    private static func loginRefused(_ detail: String) -> Refusal {
        Refusal("Invalid Input :  \(detail)", status: 200)
    }

    private static func hash(_ text: String) -> String { hexadecimal(SHA256.hash(data: Array(text.utf8))) }

    private static func isSecondFactor(_ code: String, _ exchange: Exchange, _ now: Int64) -> Bool {
        guard code.utf8.count == 6, code.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        guard let secret = exchange.totpSecret else { return true }
        let step = now / 30_000_000
        return (-1...1).contains { OneTimePassword.code(secret: secret, step: UInt64(max(0, step + $0))) == code }
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
