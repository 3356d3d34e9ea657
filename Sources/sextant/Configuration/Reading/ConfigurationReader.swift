/// What the sections of one file share while they are read: where values come from, and what has been found.
final class ConfigurationReader {
    struct Claim: Hashable {
        let thing: String
        let value: String
    }

    /// The path of the file, as it was given.
    let file: String
    let expansion: Expansion
    let isReadableByEveryone: Bool
    /// Whether every section is visited, given or not, because the keys are what is wanted.
    let isDescribing: Bool
    private(set) var problems: [ConfigurationError.Problem] = []
    private(set) var keys: [ConfigurationKey] = []
    private var owners: [Claim: (key: String, line: Int)] = [:]
    private var isMuted = false

    init(file: String, expansion: Expansion, isReadableByEveryone: Bool) {
        self.file = file
        self.expansion = expansion
        self.isReadableByEveryone = isReadableByEveryone
        isDescribing = false
    }

    /// A reader with no file: it finds the keys and their defaults.
    init(describing: Bool) {
        file = ""
        expansion = Expansion(environment: [:], folder: "/")
        isReadableByEveryone = false
        isDescribing = describing
    }

    func describe(_ key: ConfigurationKey) {
        if isDescribing { keys.append(key) }
    }

    func refuse(_ key: String, line: Int, _ text: String) {
        if !isMuted { problems.append(ConfigurationError.Problem(line: line, key: key, text: text)) }
    }

    /// Runs `body`, without noting problems if `mute`.
    func muted<Value>(_ mute: Bool, _ body: () -> Value) -> Value {
        let before = isMuted
        defer { isMuted = before }
        isMuted = before || mute
        return body()
    }

    /// Whoever has claimed `value` before; else nil, and it is now taken.
    func claim(_ value: String, as thing: String, by key: String, line: Int) -> (key: String, line: Int)? {
        let claim = Claim(thing: thing, value: value)
        if let owner = owners[claim] { return owner }
        owners[claim] = (key, line)
        return nil
    }
}
