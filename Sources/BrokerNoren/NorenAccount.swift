/// Where one account is reached and how it proves who it is.
public struct NorenAccount: Sendable {
    /// Where a call carries the session's token.
    public enum CredentialPlacement: Hashable, Sendable {
        /// `&jKey=` behind the JSON.
        case body
        /// `Authorization: Bearer`.
        case bearer
    }

    /// The base URL of the endpoints; ends in a slash, an endpoint's name is appended.
    public var rest: String
    public var websocket: String
    public var user: String
    public var login: NorenLogin
    public var placement: CredentialPlacement

    public var connectTimeout: Duration = .seconds(5)
    /// From the first try to connect to the last byte of the answer; logins too.
    public var orderTimeout: Duration = .seconds(10)
    public var bookTimeout: Duration = .seconds(15)
    public var push = PushTiming()

    /// `placement`: by the login's generation where nil.
    public init(
        rest: String,
        websocket: String,
        user: String,
        login: NorenLogin,
        placement: CredentialPlacement? = nil
    ) {
        self.rest = rest
        self.websocket = websocket
        self.user = user
        self.login = login
        self.placement = placement ?? login.usualPlacement
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
