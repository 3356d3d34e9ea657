import Foundation

/// `docs/contract.md` as a test reads it. What the page says is taken from its text; nothing of it is repeated here.
struct ContractPage {
    let text: String

    init() throws { text = try Repository.text("docs/contract.md") }

    /// The text under a heading, up to the next one.
    func section(_ heading: String) throws -> Substring {
        try Self.between("\n## \(heading)", "\n## ", in: text + "\n## ")
    }

    /// The example configuration.
    var yaml: String { get throws { String(try Self.between("```yaml\n", "```", in: text)) } }

    /// The key table: the names of a row as they are written, and its second cell.
    var keyRows: [(names: [String], rule: String)] {
        get throws {
            try section("Configuration").split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
                let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
                return (Self.code(in: cells[0]).flatMap(Self.expanded), cells[1])
            }
        }
    }

    /// The names of the one order object, in their order.
    var orderKeys: [String] {
        get throws {
            let object = try Self.between("`{\"command_id\"", "\"version\"}`", in: text)
            let names = object.split(separator: ",").compactMap { piece in
                piece.firstMatch(of: #/^\s*"([a-z_]+)"/#).map { String($0.1) }
            }
            return ["command_id"] + names + ["version"]
        }
    }

    /// The words of a list such as `state: …`.
    func words(_ name: String) throws -> [String] {
        let list = try Self.between("\(name): `", "`", in: text)
        return list.split { $0.isWhitespace }.map(String.init)
    }

    /// The columns of a table in the section on columns.
    func columns(_ table: String) throws -> [String] {
        try Self.between("`\(table)(", ")`", in: section("Columns"))
            .split(separator: ",").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    }

    /// What stands between backticks.
    static func code(in text: some StringProtocol) -> [String] {
        String(text).matches(of: #/`([^`]+)`/#).map { String($0.1) }
    }

    /// `a.{b,c}` and `a{b, c or d}` as single names.
    static func expanded(_ name: String) -> [String] {
        guard let match = name.wholeMatch(of: #/(.*?)\.?\{(.*)\}/#) else { return [name] }
        return match.2.replacing(" or ", with: ",").split(separator: ",")
            .map { "\(match.1).\($0.trimmingCharacters(in: .whitespaces))" }
    }

    static func between(_ start: String, _ end: String, in text: some StringProtocol) throws -> Substring {
        let text = Substring(text)
        guard let first = text.range(of: start), let last = text[first.upperBound...].range(of: end) else {
            throw SandboxFailure("the contract has no \(start)…\(end)")
        }
        return text[first.upperBound..<last.lowerBound]
    }
}
