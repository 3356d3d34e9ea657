/// One answer, read. The status counts only where the body is no JSON.
struct NorenAnswer {
    enum Content {
        case ok(NorenRow)
        /// `Not_Ok`, with the broker's words; empty where it gave none.
        case notOk(String)
        case list([NorenRow])
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
        do {
            switch try NorenScanner.scan(body) {
            case .object(let row): return object(row, status)
            case .list(let rows): return list(rows, status)
            case .other: return .unusable("JSON that is no answer (HTTP \(status))")
            }
        } catch {
            return .unusable("an answer that is no JSON (HTTP \(status), \(body.count) bytes)")
        }
    }

    private static func object(_ row: NorenRow, _ status: Int) -> Content {
        switch row.text("stat", "status")?.lowercased() {
        case "ok": .ok(row)
        // Logins of the current generation are known by their token.
        case nil where row.text("access_token") != nil: .ok(row)
        case "not_ok": .notOk(words(row))
        default: .unusable("JSON without a known stat (HTTP \(status))")
        }
    }

    /// Some calls wrap a refusal in a list. A list that came as an error is none.
    private static func list(_ rows: [NorenRow], _ status: Int) -> Content {
        if rows.count == 1, let only = rows.first, only.text("stat")?.lowercased() == "not_ok" {
            return .notOk(words(only))
        }
        return (200..<300).contains(status) ? .list(rows) : .unusable("a list (HTTP \(status))")
    }

    /// The broker's text as it wrote it, so that it can be searched for in the broker's own help; empty if it is blank.
    private static func words(_ row: NorenRow) -> String {
        let text = (row.text("emsg") ?? "").prefix(500)
        return text.allSatisfy(\.isWhitespace) ? "" : String(text)
    }
}
