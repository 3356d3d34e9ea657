internal import BrokerNoren
internal import Trading

extension Configuration.Noren {
    /// Where the broker's lists of everything that trades come from.
    struct Masters: Sendable {
        var source: MasterSource
        /// Whether entries are refused for exchanges whose master is not loaded.
        var isRequired: Bool
    }
}

extension Configuration.Noren.Masters {
    init(_ section: ConfigurationSection, profile: Configuration.Noren.Profile?, rest: String) {
        let url = section.optional(
            "url",
            .url(["http", "https"]),
            absent: "by `profile`, else the root of `rest`",
            "The base URL of the broker's symbol masters."
        )
        let exchanges = section.values(
            "exchanges",
            .exchange,
            default: ["NSE", "NFO", "BSE", "BFO", "MCX", "CDS"],
            "The exchanges whose masters `instruments sync` downloads."
        )
        isRequired = section.value(
            "require_master",
            .boolean,
            default: "false",
            "Whether entries are refused while their exchange's master is not loaded, instead of going out unchecked."
        )
        var seen: Set<Exchange> = []
        source = MasterSource(
            url: url ?? profile?.masters ?? Self.root(of: rest),
            layout: profile == .flattrade ? .flattrade : .zips,
            exchanges: exchanges.filter { seen.insert($0).inserted }
        )
    }

    /// `http://host:1/NorenWClientTP/` → `http://host:1/`: brokers serve their masters beside their API.
    private static func root(of url: String) -> String {
        url.split(separator: "/", omittingEmptySubsequences: false).prefix(3).joined(separator: "/") + "/"
    }
}

extension Configuration.Noren.Profile {
    /// Where the broker publishes its masters.
    var masters: String {
        switch self {
        case .shoonya: "https://api.shoonya.com/"
        case .flattrade: "https://flattrade.s3.ap-south-1.amazonaws.com/scripmaster/"
        }
    }
}

extension ValueKind<Exchange> {
    static var exchange: Self {
        let names = Exchange.tradable.map(\.code).sorted().joined(separator: ", ")
        return ValueKind(name: "an exchange", advice: "write some of \(names)", placeholder: Exchange("NSE")) { text in
            Exchange.tradable.contains(Exchange(text)) ? Exchange(text) : nil
        }
    }
}
