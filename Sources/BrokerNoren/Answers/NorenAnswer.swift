import JSONText

/// One answer, read. The status counts only where the body is no JSON.
struct NorenAnswer {
    enum Content {
        case ok(JSONValue)
        /// `Not_Ok`, with the broker's words; empty where it gave none.
        case notOk(String)
        case list([JSONValue])
        /// Other JSON, HTML, nothing: in words, never with the body itself.
        case unusable(String)
    }

    let content: Content

    init(status: Int, body: [UInt8]) {
        content = Self.content(status, body)
    }

    private static func content(_ status: Int, _ body: [UInt8]) -> Content {
        guard let first = body.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else {
            return .unusable("an empty answer (HTTP \(status))")
        }
        if first == UInt8(ascii: "<") { return .unusable("an HTML page (HTTP \(status))") }
        let json: JSONValue
        do {
            json = try JSONValue.parse(body)
        } catch {
            return .unusable("an answer that is no JSON (HTTP \(status), \(body.count) bytes)")
        }
        if let elements = json.elements { return list(elements, status) }
        switch json["stat"]?.scalarText?.lowercased() {
        case "ok": return .ok(json)
        case "not_ok": return .notOk(words(json["emsg"]))
        default: return .unusable("JSON without a known stat (HTTP \(status))")
        }
    }

    /// Some calls wrap a refusal in a list. A list that came as an error is none.
    private static func list(_ elements: [JSONValue], _ status: Int) -> Content {
        if elements.count == 1, let only = elements.first, only["stat"]?.scalarText?.lowercased() == "not_ok" {
            return .notOk(words(only["emsg"]))
        }
        return (200..<300).contains(status) ? .list(elements) : .unusable("a list (HTTP \(status))")
    }

    /// The broker's text on one line: its own spacing differs from message to message.
    private static func words(_ value: JSONValue?) -> String {
        (value?.scalarText ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
            .prefix(500).description
    }
}

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
