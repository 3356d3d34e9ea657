import Crypto
import JSONText
import Trading

/// Seals tokens for the store with AES-GCM, bound to the account they belong to.
public struct TokenSeal: Sendable {
    private let key: SymmetricKey

    /// Any secret will do: the key is derived from it.
    public init(secret: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret),
            info: Array("sextant session token".utf8),
            outputByteCount: 32
        )
    }

    func seal(_ token: SessionToken, for account: String) throws -> [UInt8] {
        let plain: JSONValue = [
            "token": .string(token.text), "opened": JSONValue(Int(token.openedAt.microseconds)),
            "ends": JSONValue(Int(token.ends.microseconds)),
        ]
        let box = try AES.GCM.seal(plain.utf8, using: key, authenticating: Array(account.utf8))
        guard let bytes = box.combined else { throw SealBroken() }
        return Array(bytes)
    }

    /// Nil for anything that this key did not seal for this account.
    func open(_ bytes: [UInt8], for account: String) -> SessionToken? {
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Array(account.utf8)),
            let value = try? JSONValue.parse(Array(plain)), let token = value["token"]?.string,
            let opened = value["opened"]?.integer, let ends = value["ends"]?.integer
        else { return nil }
        return SessionToken(
            token,
            openedAt: Timestamp(microseconds: Int64(opened)),
            ends: Timestamp(microseconds: Int64(ends))
        )
    }

    private struct SealBroken: Error {}
}

extension TokenSeal: CustomStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .struct) }
}
