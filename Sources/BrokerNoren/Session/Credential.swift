import JSONText

/// A session's token, and where the broker wants to see it.
struct Credential: Sendable {
    let token: String
    let placement: NorenAccount.CredentialPlacement
    /// Whether it came from a login page: the connect frame of push has another form then.
    let isFromOAuth: Bool

    /// What follows the JSON in the body of a call.
    var bodySuffix: String { placement == .body ? "&jKey=\(token)" : "" }

    /// Headers that a call carries beside it.
    var headers: [(name: String, value: String)] {
        placement == .bearer ? [("Authorization", "Bearer \(token)")] : []
    }

    /// The first frame on a push connection.
    func connectFrame(user: String) -> JSONValue {
        [
            "t": isFromOAuth ? "a" : "c", "uid": .string(user), "actid": .string(user),
            isFromOAuth ? "accesstoken" : "susertoken": .string(token), "source": "API",
        ]
    }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "***" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .struct) }
}
