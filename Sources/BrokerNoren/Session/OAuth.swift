import JSONText

/// Exchanges the code that a person brought for a token.
enum OAuth {
    /// The fields of `GenAcsTok`. The documentation leaves `uid` out; the servers refuse the code without it.
    static func fields(_ login: OAuthLogin, user: String, code: String) -> JSONValue {
        [
            "code": .string(code),
            "checksum": .string(HexDigest.sha256(login.clientID + login.secret + code)),
            "uid": .string(user),
        ]
    }

    /// Flattrade's form of the same: a plain JSON body.
    static func flattradeBody(_ login: OAuthLogin, code: String) -> [UInt8] {
        let body: JSONValue = [
            "api_key": .string(login.clientID),
            "request_code": .string(code),
            "api_secret": .string(HexDigest.sha256(login.clientID + code + login.secret)),
        ]
        return body.utf8
    }
}
