extension Configuration {
    /// Where `serve` listens.
    struct Server: Sendable {
        var host: String
        /// 0 picks a free one.
        var port: Int
        /// A bearer for all clients and the global halt; nil if there is none.
        var adminKey: Secret?
    }
}

extension Configuration.Server {
    init(_ section: ConfigurationSection) {
        host = section.value("host", .text, default: "127.0.0.1", "The address `serve` listens on.")
        port = section.value(
            "port",
            .integer(0...65535),
            default: "8080",
            "The TCP port `serve` listens on; 0 picks a free one."
        )
        adminKey = section.optional(
            "admin_key",
            .secret,
            "The bearer token that may act for all clients and set the global halt."
        )
        if let adminKey { section.claim("admin_key", adminKey.reveal, as: "bearer token") }
    }
}
