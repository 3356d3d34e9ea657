/// What the answer to a login says.
enum LoginOutcome {
    case token(String)
    case refused(String)
    case unreachable(String)

    init(_ outcome: CallOutcome) {
        switch outcome {
        case .notSent(let why), .lost(let why), .oversized(let why): self = .unreachable(why)
        case .answered(let status, let body):
            switch NorenAnswer(status: status, body: body).content {
            case .ok(let row):
                if let token = row.text("susertoken") {
                    self = .token(token)
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
