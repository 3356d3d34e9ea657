/// Telegram's HTML: a few tags, properly nested, and four entities. Anything else is refused, as Telegram does.
enum MarkedText {
    private static let tags: Set<String> = ["b", "i", "u", "s", "code", "pre"]
    private static let entities = ["lt": "<", "gt": ">", "amp": "&", "quot": "\""]

    /// The text without its marks; nil if Telegram could not read it.
    static func read(_ html: String) -> String? {
        var text = ""
        var open: [String] = []
        var rest = Substring(html)
        while let next = rest.first {
            rest.removeFirst()
            switch next {
            case "<":
                guard let end = rest.firstIndex(of: ">") else { return nil }
                let tag = String(rest[..<end])
                rest = rest[rest.index(after: end)...]
                if tag.hasPrefix("/") {
                    guard open.popLast() == String(tag.dropFirst()) else { return nil }
                } else {
                    guard tags.contains(tag) else { return nil }
                    open.append(tag)
                }
            case "&":
                guard let end = rest.firstIndex(of: ";"), let character = entities[String(rest[..<end])] else {
                    return nil
                }
                text += character
                rest = rest[rest.index(after: end)...]
            default: text.append(next)
            }
        }
        return open.isEmpty ? text : nil
    }
}
