import JSONText

/// A session's token, and where a generation of the wire wants to see it.
enum Credential: Sendable {
    /// QuickAuth: `&jKey=` in the body, `susertoken` in the connect frame.
    case jKey(String)

    /// What follows the JSON in the body of a call.
    var bodySuffix: String {
        switch self {
        case .jKey(let token): "&jKey=\(token)"
        }
    }

    /// Headers that a call carries beside it.
    var headers: [(name: String, value: String)] {
        switch self {
        case .jKey: []
        }
    }

    /// The first frame on a push connection.
    func connectFrame(user: String) -> JSONValue {
        switch self {
        case .jKey(let token):
            [
                "t": "c", "uid": .string(user), "actid": .string(user), "susertoken": .string(token), "source": "API",
            ]
        }
    }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "***" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: [:], displayStyle: .enum) }
}
