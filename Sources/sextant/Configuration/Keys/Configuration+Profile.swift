extension Configuration.Noren {
    /// A broker whose addresses are known.
    enum Profile: String, CaseIterable, Sendable {
        case shoonya
        case flattrade

        /// Where Flattrade exchanges codes for tokens; nil for brokers that do it among their other endpoints.
        var tokenURL: String? {
            switch self {
            case .shoonya: nil
            case .flattrade: "https://authapi.flattrade.in/trade/apitoken"
            }
        }

        /// QuickAuth lives on the legacy addresses, OAuth on the current ones.
        func addresses(for authentication: Authentication) -> (rest: String, websocket: String) {
            switch (self, authentication) {
            case (.shoonya, .quickAuth):
                ("https://api.shoonya.com/NorenWClientTP/", "wss://api.shoonya.com/NorenWSTP/")
            case (.shoonya, .oauth):
                ("https://api.shoonya.com/NorenWClientAPI/", "wss://api.shoonya.com/NorenWSAPI/")
            case (.flattrade, .quickAuth):
                ("https://piconnect.flattrade.in/PiConnectTP/", "wss://piconnect.flattrade.in/PiConnectWSTp/")
            case (.flattrade, .oauth):
                ("https://piconnect.flattrade.in/PiConnectAPI/", "wss://piconnect.flattrade.in/PiConnectWSAPI/")
            }
        }
    }
}
