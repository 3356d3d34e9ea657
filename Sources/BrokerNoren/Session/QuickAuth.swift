import JSONText

/// The login of the older generation: hashes of what only the two sides know, and a second factor.
enum QuickAuth {
    static func fields(_ login: QuickAuthLogin, user: String, code: String) -> JSONValue {
        [
            "source": "API",
            "apkversion": "1.0.0",
            "uid": .string(user),
            "pwd": .string(HexDigest.sha256(login.password)),
            "factor2": .string(code),
            "vc": .string(login.vendorCode),
            "appkey": .string(HexDigest.sha256("\(user)|\(login.apiSecret)")),
            "imei": .string(login.device),
        ]
    }
}
