internal import Yams

/// One mapping of the file, and the keys that are declared in it by reading them.
///
/// What is missing or wrong becomes a problem of the reader, and a placeholder is returned in its place, so that one
/// run finds all problems. No placeholder escapes: `Configuration.load` throws if there is any problem.
final class ConfigurationSection {
    let place: Place
    let reader: ConfigurationReader
    private var entries: [Entry] = []
    private var declared: [String] = []

    /// Which section this is.
    struct Place {
        /// The full name, such as `clients[0].webhook`; empty for the file itself.
        let name: String
        /// The same as the documentation says it: `clients[].webhook`.
        let pattern: String
        /// Where the section begins, or would have to.
        let line: Int
    }

    /// A key and its value, as they stand in the file.
    struct Entry {
        let key: String
        let line: Int
        let node: Node
    }

    init(at place: Place, mapping: Node.Mapping?, reader: ConfigurationReader) {
        self.place = place
        self.reader = reader
        for (key, node) in mapping?.map({ $0 }) ?? [] {
            add(
                Entry(
                    key: key.scalar.map { RepeatedKeys.original($0.string) } ?? "(not text)",
                    line: key.mark?.line ?? place.line,
                    node: node
                )
            )
        }
    }

    convenience init(root mapping: Node.Mapping?, reader: ConfigurationReader) {
        let place = Place(name: "", pattern: "", line: mapping?.mark?.line ?? 1)
        self.init(at: place, mapping: mapping, reader: reader)
    }

    private func add(_ entry: Entry) {
        if let first = self.entry(entry.key) {
            let text = "is given twice, first on line \(first.line); keep one of them"
            reader.refuse(fullName(entry.key), line: entry.line, text)
        } else {
            entries.append(entry)
        }
    }

    /// A section nobody wrote, read for its defaults alone.
    static var absent: ConfigurationSection {
        ConfigurationSection(root: nil, reader: ConfigurationReader(describing: true))
    }

    /// The folder that paths are relative to.
    var folder: String { reader.expansion.folder }

    /// Whether the file has this key, with whatever value.
    func has(_ key: String) -> Bool { entry(key) != nil }

    func entry(_ key: String) -> Entry? { entries.first { $0.key == key } }

    func declare(_ key: String) { declared.append(key) }

    func fullName(_ key: String) -> String { place.name.isEmpty ? key : "\(place.name).\(key)" }

    func fullPattern(_ key: String) -> String { place.pattern.isEmpty ? key : "\(place.pattern).\(key)" }

    /// Notes what is wrong with `key`, which need not be there.
    func refuse(_ key: String, _ text: String) {
        reader.refuse(fullName(key), line: entry(key)?.line ?? place.line, text)
    }

    /// Refuses every key that has not been declared by now: called when the section has been read.
    func refuseUnknownKeys() {
        for entry in entries where !declared.contains(entry.key) {
            let advice =
                Spelling.nearest(to: entry.key, among: declared).map { "did you mean `\($0)`?" }
                ?? "known here: \(declared.joined(separator: ", "))"
            refuse(entry.key, "is no known key; \(advice)")
        }
    }
}
