import Crypto
import JSONText

/// The login of the older generation: hashes of what only the two sides know, and a second factor.
enum QuickAuth {
    static func fields(_ account: NorenAccount, code: String) -> JSONValue {
        [
            "source": "API",
            "apkversion": "1.0.0",
            "uid": .string(account.user),
            "pwd": .string(hash(account.password)),
            "factor2": .string(code),
            "vc": .string(account.vendorCode),
            "appkey": .string(hash("\(account.user)|\(account.apiSecret)")),
            "imei": .string(account.device),
        ]
    }

    /// SHA-256 in lower-case hexadecimal.
    static func hash(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).reduce(into: "") { $0 += String(UInt32($1) + 256, radix: 16).dropFirst() }
    }
}
