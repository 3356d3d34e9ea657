/// What the broker's words for a refusal stand for.
struct RefusalText {
    let text: String

    private func has(_ part: String) -> Bool { text.lowercased().contains(part) }

    var isSessionExpired: Bool { has("session expired") || has("invalid session") }
    var isThrottling: Bool { has("exceeds limit") }
    var isEmptyBook: Bool { has("no data") }
    /// The gateway lost its backend: an order may have been taken.
    var isServerTimeout: Bool { has("server timeout") }
}
