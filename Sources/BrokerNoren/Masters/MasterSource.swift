public import Trading

/// Where a broker's masters are had from, and whose.
public struct MasterSource: Hashable, Sendable {
    /// How a broker names its files.
    public enum Layout: String, Hashable, Sendable, CaseIterable {
        /// One zip for each exchange.
        case zips
        /// Flattrade's plain files, of which some exchanges have two.
        case flattrade
    }

    /// Ends in a slash; a file's name is appended.
    public let url: String
    public let layout: Layout
    public let exchanges: [Exchange]

    public init(url: String, layout: Layout, exchanges: [Exchange]) {
        self.url = url.hasSuffix("/") ? url : url + "/"
        self.layout = layout
        self.exchanges = exchanges
    }

    var files: [MasterFile] {
        exchanges.flatMap { exchange in
            names(of: exchange).map { MasterFile(name: $0, exchange: exchange) }
        }
    }

    private func names(of exchange: Exchange) -> [String] {
        guard layout == .flattrade else { return ["\(exchange)_symbols.txt.zip"] }
        return switch exchange {
        case "NSE": ["NSE_Equity.csv"]
        case "BSE": ["BSE_Equity.csv"]
        case "NFO": ["Nfo_Equity_Derivatives.csv", "Nfo_Index_Derivatives.csv"]
        case "BFO": ["Bfo_Equity_Derivatives.csv", "Bfo_Index_Derivatives.csv"]
        case "CDS": ["Currency_Derivatives.csv"]
        case "MCX": ["Commodity.csv"]
        default: []
        }
    }
}
