/// An exchange's list of contracts as the broker publishes it before the market opens.
///
/// Commas, no quotes; the header and every row end with a comma. NFO's begins with rows that hold nothing but a token.
struct SymbolMaster {
    static let exchanges = ["NSE", "NFO", "CDS", "MCX", "BSE", "BFO", "NCX"]

    let exchange: String
    let instruments: [Instrument]

    var fileName: String { "\(exchange)_symbols.txt" }

    var text: String {
        let rows = instruments.sorted { ($0.underlyingName, $0.tradingSymbol) > ($1.underlyingName, $1.tradingSymbol) }
        return ([header] + placeholders + rows.map(row)).map { $0 + ",\n" }.joined()
    }

    private var isCash: Bool { exchange == "NSE" || exchange == "BSE" }

    private var header: String {
        guard !isCash else { return "Exchange,Token,LotSize,Symbol,TradingSymbol,Instrument,TickSize" }
        let before =
            switch exchange {
            case "CDS": "Precision,Multiplier,"
            case "MCX": "GNGD,"
            default: ""
            }
        return "Exchange,Token,LotSize,\(before)Symbol,TradingSymbol,Expiry,Instrument,OptionType,StrikePrice,TickSize"
    }

    private var placeholders: [String] {
        exchange == "NFO" ? (36_725..<36_743).map { "NFO,\($0),,,,,,,0,0" } : []
    }

    private func row(_ instrument: Instrument) -> String {
        var fields = [exchange, instrument.token, String(instrument.lot)] + factors(instrument)
        fields += [instrument.underlyingName, instrument.tradingSymbol]
        if !isCash { fields.append(instrument.expiry?.inMaster ?? "") }
        fields.append(instrument.instrumentName)
        switch instrument.kind {
        case .equity, .index: break
        case .future: fields += ["XX", exchange == "NFO" || exchange == "BFO" ? "-0.01" : "0"]
        case .option(_, let strike, let right): fields += [right.rawValue, strike.shortText]
        }
        fields.append(instrument.kind == .index ? "0" : instrument.tick.shortText)
        return fields.joined(separator: ",")
    }

    /// What stands between lot and name: precision and multiplier, or the units that a price is for.
    private func factors(_ instrument: Instrument) -> [String] {
        switch exchange {
        case "CDS": [String(instrument.decimals), String(instrument.multiplier)]
        case "MCX": ["1"]
        default: []
        }
    }
}

extension Exchange {
    /// The zip that the broker's host serves under this name; nil when it serves none.
    func master(_ name: String, at now: Int64) -> [UInt8]? {
        for exchange in SymbolMaster.exchanges {
            let instruments = instruments.listed.map { self.instruments[$0] }.filter { $0.exchange == exchange }
            let master = SymbolMaster(exchange: exchange, instruments: instruments)
            guard name == master.fileName + ".zip" else { continue }
            return ZipArchive(name: master.fileName, content: Array(master.text.utf8), writtenAt: now).bytes
        }
        return nil
    }
}
