internal import Yams

extension ConfigurationSection {
    /// Declares a key that must be given.
    func value<Value>(_ key: String, _ kind: ValueKind<Value>, _ meaning: String) -> Value {
        declare(key, kind, fallback: "required", meaning)
        guard let entry = entry(key) else {
            refuse(key, "is missing; \(kind.advice)")
            return kind.placeholder
        }
        return read(entry, as: kind) ?? kind.placeholder
    }

    /// Declares a key that stands for `text` where it is not given.
    func value<Value>(_ key: String, _ kind: ValueKind<Value>, default text: String, _ meaning: String) -> Value {
        declare(key, kind, fallback: text, meaning)
        guard let value = kind.read(text) else { preconditionFailure("The default of \(key) is a value of its type.") }
        return entry(key).map { read($0, as: kind) ?? value } ?? value
    }

    /// Declares a key that may be left out; `absent` says in words what then holds.
    func optional<Value>(
        _ key: String,
        _ kind: ValueKind<Value>,
        absent: String = "none",
        _ meaning: String
    ) -> Value? {
        declare(key, kind, fallback: absent, meaning)
        return entry(key).flatMap { read($0, as: kind) }
    }

    /// Declares a list of values, of which there must be one at least; where it is not given, `texts` stand for it.
    func values<Value>(
        _ key: String,
        _ kind: ValueKind<Value>,
        default texts: [String],
        _ meaning: String
    ) -> [Value] {
        declare(key, kind, type: "a list, each \(kind.name)", fallback: "[\(texts.joined(separator: ", "))]", meaning)
        let usual = texts.compactMap(kind.read)
        guard let entry = entry(key) else { return usual }
        guard case .sequence(let items) = entry.node, !items.isEmpty else {
            refuse(key, "must be a list with one entry at least; \(kind.advice), such as [\(texts[0])]")
            return usual
        }
        return items.enumerated().compactMap { index, node in
            read(Entry(key: "\(key)[\(index)]", line: node.mark?.line ?? entry.line, node: node), as: kind)
        }
    }

    /// The same for a list that may be left out.
    func optionalValues<Value>(_ key: String, _ kind: ValueKind<Value>, _ meaning: String) -> [Value] {
        declare(key, kind, type: "a list, each \(kind.name)", fallback: "none", meaning)
        guard let entry = entry(key) else { return [] }
        guard case .sequence(let items) = entry.node, !items.isEmpty else {
            refuse(key, "must be a list with one entry at least; \(kind.advice)")
            return []
        }
        return items.enumerated().compactMap { index, node in
            read(Entry(key: "\(key)[\(index)]", line: node.mark?.line ?? entry.line, node: node), as: kind)
        }
    }

    private func declare<Value>(
        _ key: String,
        _ kind: ValueKind<Value>,
        type: String? = nil,
        fallback: String,
        _ meaning: String
    ) {
        declare(key)
        reader.describe(
            ConfigurationKey(
                name: fullPattern(key),
                type: type ?? kind.name,
                fallback: fallback,
                meaning: meaning,
                isSecret: kind.isSecret
            )
        )
    }

    /// The entry's value, or nil once what is wrong with it has been noted.
    private func read<Value>(_ entry: Entry, as kind: ValueKind<Value>) -> Value? {
        guard case .scalar(let scalar) = entry.node else {
            refuse(entry, "must be \(kind.name), not a list or a mapping; \(kind.advice)")
            return nil
        }
        guard !scalar.isNull else {
            refuse(entry, "has no value; \(kind.advice)")
            return nil
        }
        if kind.isSecret, reader.isReadableByEveryone, !scalar.string.contains("${") {
            let advice = "chmod 640 \(reader.file) or use ${NAME}"
            refuse(entry, "is a secret in clear in a file that everyone may read; \(advice)")
        }
        do throws(Expansion.Failure) {
            let text = try reader.expansion.expand(scalar.string)
            if let value = kind.read(text) { return value }
            refuse(entry, "\(complaint(about: scalar.string, expandedTo: text, kind)); \(kind.advice)")
        } catch {
            refuse(entry, error.text)
        }
        return nil
    }

    private func refuse(_ entry: Entry, _ text: String) {
        reader.refuse(fullName(entry.key), line: entry.line, text)
    }

    /// Shows the value as written, not as expanded: a mistaken `${NAME}` may hold a secret meant for another key.
    private func complaint<Value>(
        about written: String,
        expandedTo text: String,
        _ kind: ValueKind<Value>
    ) -> String {
        if text.isEmpty { return "is empty" }
        return kind.isSecret ? "is not \(kind.name)" : "\"\(written)\" is not \(kind.name)"
    }
}

extension Node.Scalar {
    /// Whether YAML reads this as no value at all.
    var isNull: Bool { style == .plain && ["", "~", "null", "Null", "NULL"].contains(string) }
}
