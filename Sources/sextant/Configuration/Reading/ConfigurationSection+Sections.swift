internal import Yams

extension ConfigurationSection {
    /// Declares a section that is read even where it is not given: what it requires is then missing.
    func section<Value>(_ key: String, _ read: (ConfigurationSection) -> Value) -> Value {
        declare(key)
        return readSection(key, read)
    }

    /// Declares a section that may be left out.
    func optionalSection<Value>(_ key: String, _ read: (ConfigurationSection) -> Value) -> Value? {
        declare(key)
        return has(key) || reader.isDescribing ? readSection(key, read) : nil
    }

    /// Declares a list of sections, of which there must be one at least.
    func list<Value>(_ key: String, _ read: (ConfigurationSection) -> Value) -> [Value] {
        declare(key)
        guard case .sequence(let items) = entry(key)?.node, !items.isEmpty else {
            let wrong = has(key) ? "must be a list with one entry at least" : "is missing"
            refuse(key, "\(wrong); begin each entry with `- id: NAME`")
            return reader.isDescribing ? [readItem(of: key, at: nil, nil, read)] : []
        }
        return items.enumerated().map { readItem(of: key, at: $0, $1, read) }
    }

    /// Declares a section whose keys are names of the user's, each with a section of its own; it may be left out.
    func named<Value>(
        _ key: String,
        as placeholder: String,
        _ kind: ValueKind<String>,
        _ read: (ConfigurationSection) -> Value
    ) -> [(name: String, value: Value)] {
        declare(key)
        let pattern = "\(fullPattern(key)).\(placeholder)"
        guard let entry = entry(key) else {
            let place = Place(name: pattern, pattern: pattern, line: place.line)
            return reader.isDescribing ? [(placeholder, readSection(nil, at: place, read))] : []
        }
        guard case .mapping(let mapping) = entry.node, !mapping.isEmpty else {
            refuse(key, "must be a mapping with one name at least; \(kind.advice)")
            return []
        }
        var found: [(name: String, value: Value)] = []
        for (nameNode, node) in mapping {
            let name = nameNode.scalar.map { RepeatedKeys.original($0.string) } ?? "(not text)"
            let place = Place(
                name: "\(fullName(key)).\(name)",
                pattern: pattern,
                line: nameNode.mark?.line ?? entry.line
            )
            if kind.read(name) == nil {
                reader.refuse(place.name, line: place.line, "is not \(kind.name); \(kind.advice)")
            } else if found.contains(where: { $0.name == name }) {
                reader.refuse(place.name, line: place.line, "is given twice; keep one of them")
            } else {
                found.append((name, readSection(node, at: place, read)))
            }
        }
        return found
    }

    /// Notes a problem unless exactly one of two keys is given.
    func requireExactlyOne(of first: String, _ second: String) {
        let choice = "`\(first)` and `\(second)`"
        switch (has(first), has(second)) {
        case (true, true): reader.refuse(place.name, line: place.line, "has both \(choice); keep one of them")
        case (false, false): reader.refuse(place.name, line: place.line, "has neither of \(choice); write one of them")
        default: break
        }
    }

    /// Notes a problem if `value` is already the `thing` of another section.
    func claim(_ key: String, _ value: String, as thing: String) {
        guard let line = entry(key)?.line, !value.isEmpty else { return }
        if let owner = reader.claim(value, as: thing, by: fullName(key), line: line) {
            refuse(key, "is the same \(thing) as \(owner.key) on line \(owner.line); every client needs its own")
        }
    }

    private func readSection<Value>(_ key: String, _ read: (ConfigurationSection) -> Value) -> Value {
        let entry = entry(key)
        let place = Place(name: fullName(key), pattern: fullPattern(key), line: entry?.line ?? self.place.line)
        return readSection(entry?.node, at: place, read)
    }

    private func readItem<Value>(
        of key: String,
        at index: Int?,
        _ node: Node?,
        _ read: (ConfigurationSection) -> Value
    ) -> Value {
        let place = Place(
            name: "\(fullName(key))[\(index.map(String.init) ?? "")]",
            pattern: "\(fullPattern(key))[]",
            line: node?.mark?.line ?? self.place.line
        )
        return readSection(node, at: place, read)
    }

    private func readSection<Value>(_ node: Node?, at place: Place, _ read: (ConfigurationSection) -> Value) -> Value {
        let isBroken = node != nil && node?.mapping == nil
        if isBroken {
            reader.refuse(
                place.name,
                line: place.line,
                "must be a mapping; write its keys and values indented below it"
            )
        }
        let section = ConfigurationSection(at: place, mapping: node?.mapping, reader: reader)
        // What a section lacks that is no mapping is not worth a word more.
        return reader.muted(isBroken) {
            let value = read(section)
            section.refuseUnknownKeys()
            return value
        }
    }
}
