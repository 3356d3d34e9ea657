/// What the broker's words for a refusal stand for.
struct RefusalText {
    let text: String
    /// In lower case, with single spaces: the broker's own spacing differs from message to message.
    private let words: String

    init(text: String) {
        self.text = text
        words = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func has(_ part: String) -> Bool { words.contains(part) }

    var isSessionExpired: Bool { has("session expired") || has("invalid session") }
    var isThrottling: Bool { has("exceeds limit") }
    /// The call was refused, whatever it asked for.
    var isAboutCalling: Bool { isSessionExpired || isThrottling }
    var isEmptyBook: Bool { has("no data") }
    /// The gateway lost its backend: an order may have been taken.
    var isServerTimeout: Bool { has("server timeout") }
}
