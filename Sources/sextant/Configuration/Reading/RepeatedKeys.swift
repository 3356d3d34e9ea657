internal import Yams

/// Reads YAML in which keys are repeated.
///
/// Yams stops at the first repeated key of a mapping, knowing neither the mapping nor the file's other problems. So
/// that key is marked with an invisible character and the text is read again, until all are told apart;
/// `ConfigurationSection` takes the marks off and sees which keys come twice.
enum RepeatedKeys {
    /// A private-use character: nobody's key begins with it.
    private static let mark: Unicode.Scalar = "\u{E000}"
    private static let limit = 100

    static func compose(_ text: String) throws -> Node? {
        var text = text
        for count in 1...limit {
            do {
                return try Yams.compose(yaml: text)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                guard let marked = marking(text, at: context.mark, count: count) else {
                    throw YamlError.duplicatedKeysInMapping(duplicates: keys, context: context)
                }
                text = marked
            }
        }
        return try Yams.compose(yaml: text)
    }

    /// The key as it was written.
    static func original(_ key: String) -> String {
        var scalars = key.unicodeScalars[...]
        while scalars.first == mark { scalars.removeFirst() }
        return String(scalars)
    }

    /// Nil if no plain or quoted key stands there.
    private static func marking(_ text: String, at place: Mark, count: Int) -> String? {
        var scalars = text.unicodeScalars
        var index = scalars.startIndex
        for _ in 1..<max(1, place.line) {
            guard let end = scalars[index...].firstIndex(of: "\n") else { return nil }
            index = scalars.index(after: end)
        }
        guard var start = scalars.index(index, offsetBy: place.column - 1, limitedBy: scalars.endIndex),
            start < scalars.endIndex, !"&!*?".unicodeScalars.contains(scalars[start])
        else { return nil }
        if "\"'".unicodeScalars.contains(scalars[start]) { start = scalars.index(after: start) }
        scalars.insert(contentsOf: Array(repeating: mark, count: count), at: start)
        return String(scalars)
    }
}
