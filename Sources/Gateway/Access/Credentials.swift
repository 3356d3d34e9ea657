import Crypto
public import Trading

/// What one client proves itself with. Never printed.
public struct GatewayClient: Sendable, CustomStringConvertible, CustomReflectable {
    public let id: ClientID
    let webhookSecret: String
    let apiKey: String

    public init(id: ClientID, webhookSecret: String, apiKey: String) {
        self.id = id
        self.webhookSecret = webhookSecret
        self.apiKey = apiKey
    }

    public var description: String { "client \(id)" }
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

/// Who may act for which client. Every comparison takes the same time, right or wrong.
struct Credentials: Sendable {
    enum Bearer: Hashable, Sendable {
        case client(ClientID)
        case admin
    }

    private let secrets: [ClientID: String]
    private let keys: [(key: String, bearer: Bearer)]

    init(clients: [GatewayClient], adminKey: String?) {
        secrets = Dictionary(clients.map { ($0.id, $0.webhookSecret) }, uniquingKeysWith: { first, _ in first })
        keys = (adminKey.map { [($0, Bearer.admin)] } ?? []) + clients.map { ($0.apiKey, .client($0.id)) }
    }

    /// Whether `given` is the client's webhook secret; an unknown client has none that could be right.
    func accepts(secrets given: [String], of client: ClientID) -> Bool {
        let secret = secrets[client]
        let matches = given.map { Self.equal($0, secret ?? "no such client") }
        return secret != nil && !matches.isEmpty && !matches.contains(false)
    }

    /// Whether `signature` is the hex HMAC-SHA256 of `body` with the client's webhook secret.
    func accepts(signature: String, of body: [UInt8], client: ClientID) -> Bool {
        let secret = secrets[client]
        let key = SymmetricKey(data: Array((secret ?? "no such client").utf8))
        let code = [UInt8](hexadecimal: signature) ?? []
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: key) && secret != nil
    }

    /// Whose key an `Authorization: Bearer` header carries.
    func bearer(_ header: String?) -> Bearer? {
        guard let header, header.lowercased().hasPrefix("bearer ") else { return nil }
        let given = String(header.dropFirst(7))
        var found: Bearer?
        for (key, bearer) in keys where Self.equal(given, key) && found == nil { found = bearer }
        return found
    }

    /// Equal digests mean equal texts; comparing digests takes the same time wherever they differ.
    private static func equal(_ left: String, _ right: String) -> Bool {
        let key = SymmetricKey(size: .bits256)
        let code = HMAC<SHA256>.authenticationCode(for: Array(left.utf8), using: key)
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Array(right.utf8), using: key)
    }
}

extension [UInt8] {
    /// Nil unless `text` is an even number of hexadecimal digits.
    init?(hexadecimal text: String) {
        let digits = text.utf8.map { byte -> UInt8? in
            switch byte {
            case 0x30...0x39: byte - 0x30
            case 0x41...0x46: byte - 0x41 + 10
            case 0x61...0x66: byte - 0x61 + 10
            default: nil
            }
        }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        let values = digits.compactMap(\.self)
        self = stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    var hexadecimal: String {
        map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
    }
}
