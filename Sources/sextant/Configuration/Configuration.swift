internal import Trading

/// What one file tells `sextant`: where it listens, where it stores, and for which clients it trades.
///
/// The initialisers in `Keys/` are the one table of keys: each declares a key by reading it, with its type, default
/// and meaning. The check for unknown keys and `keys`, from which the documentation is written, follow from them.
struct Configuration: Sendable {
    var server: Server
    var store: Store
    var clients: [Client]
    var calendar: MarketCalendar
    var telegram: Telegram?

    /// Reads `path`, or throws every problem the file has at once.
    static func load(path: String, environment: [String: String]) throws(ConfigurationError) -> Configuration {
        let file = try ConfigurationFile(path: path)
        let reader = ConfigurationReader(
            file: path,
            expansion: Expansion(environment: environment, folder: file.folder),
            isReadableByEveryone: file.isReadableByEveryone
        )
        let root = ConfigurationSection(root: try file.mapping(), reader: reader)
        let configuration = Configuration(root)
        root.refuseUnknownKeys()
        guard reader.problems.isEmpty else { throw ConfigurationError(file: path, problems: reader.problems) }
        return configuration
    }

    /// Every key there is, in the order of the documentation.
    static let keys: [ConfigurationKey] = {
        let reader = ConfigurationReader(describing: true)
        _ = Configuration(ConfigurationSection(root: nil, reader: reader))
        return reader.keys
    }()
}

extension Configuration {
    init(_ root: ConfigurationSection) {
        server = root.section("server", Server.init)
        store = root.section("store", Store.init)
        clients = root.list("clients", Client.init)
        calendar = MarketCalendar(root)
        telegram = root.optionalSection("telegram", Telegram.init)
        Self.requireBot(root, for: clients)
    }
}
