/// How an account begins its sessions: each generation of the wire has its own way.
public enum NorenLogin: Sendable {
    case quickAuth(QuickAuthLogin)
    case oauth(OAuthLogin)

    var usualPlacement: NorenAccount.CredentialPlacement {
        switch self {
        case .quickAuth: .body
        case .oauth(let login): login.dialect == .noren ? .bearer : .body
        }
    }
}

/// The older generation: a password and a second factor, without a person.
public struct QuickAuthLogin: Sendable {
    public enum SecondFactor: Sendable {
        case fixed(String)
        /// The base32 secret of an authenticator app.
        case totp(String)
    }

    public var vendorCode: String
    public var password: String
    public var apiSecret: String
    public var secondFactor: SecondFactor
    /// What the login gives as the device's name.
    public var device = "sextant"

    public init(vendorCode: String, password: String, apiSecret: String, secondFactor: SecondFactor) {
        self.vendorCode = vendorCode
        self.password = password
        self.apiSecret = apiSecret
        self.secondFactor = secondFactor
    }
}

/// The current generation: a person logs in at the broker's page and brings back a code, good once and for minutes.
public struct OAuthLogin: Sendable {
    /// Who takes the code, and in which form.
    public enum Dialect: Hashable, Sendable {
        /// `GenAcsTok` among the other endpoints.
        case noren
        /// Flattrade: plain JSON to an address of its own.
        case flattrade(tokenURL: String)
    }

    public var clientID: String
    public var secret: String
    public var dialect: Dialect

    public init(clientID: String, secret: String, dialect: Dialect = .noren) {
        self.clientID = clientID
        self.secret = secret
        self.dialect = dialect
    }
}

extension NorenLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .enum) }
}

extension QuickAuthLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .struct) }
}

extension QuickAuthLogin.SecondFactor: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .enum) }
}

extension OAuthLogin: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .struct) }
}
