import Trading

/// What the answer to a login says.
enum LoginOutcome: Equatable {
    struct Grant: Equatable {
        let token: String
        /// The broker's word on how long the token holds.
        var expiresIn: String?
        /// Whose session it is, where the answer says so.
        var user: String?
    }

    case granted(Grant)
    case refused(String)
    case unreachable(String)

    init(_ outcome: CallOutcome, token: FieldName) {
        switch outcome {
        case .notSent(let why), .lost(let why), .oversized(let why): self = .unreachable(why)
        case .answered(let status, let body):
            switch NorenAnswer(status: status, body: body).content {
            case .ok(let row):
                if let text = row.text(token) {
                    let user = row.text("USERID", "uid", "client")
                    self = .granted(Grant(token: text, expiresIn: row.text("expires_in"), user: user))
                } else {
                    self = .unreachable("Ok without a token")
                }
            case .notOk(let text): self = Self.refusal(text)
            case .list: self = .unreachable("a list")
            case .unusable(let what): self = .unreachable(what)
            }
        }
    }

    /// A lost backend or too many calls say nothing of the credentials.
    private static func refusal(_ text: String) -> LoginOutcome {
        let refusal = RefusalText(text: text)
        if text.isEmpty { return .unreachable("Not_Ok without a text") }
        return refusal.isServerTimeout || refusal.isThrottling ? .unreachable(text) : .refused(text)
    }
}

extension CallOutcome {
    /// The broker's clock, as its answer shows it; nil where it does not.
    var brokerTime: Timestamp? {
        guard case .answered(_, let body) = self, case .object(let row)? = try? NorenScanner.scan(body) else {
            return nil
        }
        return row.text("request_time").flatMap { WireTime.timestamp($0) }
    }
}
