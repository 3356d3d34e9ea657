import JSONText

/// What a call of the Bot API came to. Each case sends the caller somewhere else.
enum BotAnswer: Sendable {
    case done(JSONValue)
    /// Too many calls: none before this is over.
    case wait(Duration)
    /// Told no: the same again would be told no again. `movedTo` is where a group has gone that became a supergroup.
    case refused(code: Int, String, movedTo: Int64?)
    /// No answer, or none of the Bot API: it may have been done nevertheless.
    case unanswered(String)
}

extension BotAnswer {
    /// Reads an answer's body. Pages of proxies and the API's own 5xx say nothing of what was done.
    init(status: Int, body: some Sequence<UInt8>) {
        guard let json = try? JSONValue.parse(body), let isDone = json["ok"]?.bool else {
            self = .unanswered("status \(status) without an answer of the Bot API")
            return
        }
        if isDone, let result = json["result"] {
            self = .done(result)
            return
        }
        let code = json["error_code"]?.integer ?? status
        let parameters = json["parameters"]
        let text = json["description"]?.string ?? "no reason given"
        if code == 429 {
            let seconds = parameters?["retry_after"]?.integer ?? 5
            self = .wait(.seconds(min(max(seconds, 1), 3600)))
        } else if code >= 500 || isDone {
            self = .unanswered(text)
        } else {
            let moved = parameters?["migrate_to_chat_id"]?.integer.map { Int64($0) }
            self = .refused(code: code, text, movedTo: moved)
        }
    }
}
