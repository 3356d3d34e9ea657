/// Where one account is reached and how it proves who it is.
public struct NorenAccount: Sendable {
    public enum SecondFactor: Sendable {
        case fixed(String)
        /// The base32 secret of an authenticator app.
        case totp(String)
    }

    /// The base URL of the endpoints; ends in a slash, an endpoint's name is appended.
    public var rest: String
    public var websocket: String
    public var user: String
    public var vendorCode: String
    public var password: String
    public var apiSecret: String
    public var secondFactor: SecondFactor
    /// What the login gives as the device's name.
    public var device = "sextant"

    public var connectTimeout: Duration = .seconds(5)
    /// From the first try to connect to the last byte of the answer; logins too.
    public var orderTimeout: Duration = .seconds(10)
    public var bookTimeout: Duration = .seconds(15)
    public var push = PushTiming()

    public init(
        rest: String,
        websocket: String,
        user: String,
        vendorCode: String,
        password: String,
        apiSecret: String,
        secondFactor: SecondFactor
    ) {
        self.rest = rest
        self.websocket = websocket
        self.user = user
        self.vendorCode = vendorCode
        self.password = password
        self.apiSecret = apiSecret
        self.secondFactor = secondFactor
    }

    public struct PushTiming: Sendable {
        /// From the first try to connect until the broker has taken the session.
        public var login: Duration = .seconds(10)
        /// Some brokers never acknowledge the subscription; after this long it is taken to stand.
        public var subscription: Duration = .seconds(1)
        public var heartbeat: Duration = .seconds(20)
        /// Without any message for this long the connection is dead.
        public var silence: Duration = .seconds(60)
    }
}

extension NorenAccount: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "NorenAccount(\(user) at \(rest), \(websocket), ***)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror {
        Mirror(self, children: ["user": user, "rest": rest, "websocket": websocket], displayStyle: .struct)
    }
}

extension NorenAccount.SecondFactor: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "***" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .enum) }
}
