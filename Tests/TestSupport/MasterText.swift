public import Trading

/// Contracts as the broker's masters write them: each exchange with its own columns, every line ending in a comma.
public enum MasterText {
    public static func text(_ contracts: some Sequence<Contract>, of exchange: Exchange) -> String {
        let columns = columns(of: exchange)
        var text = columns.joined(separator: ",") + ",\n"
        for contract in contracts {
            text += columns.map { value($0, contract) }.joined(separator: ",") + ",\n"
        }
        return text
    }

    /// A whole file of one exchange.
    public static func generated(_ exchange: Exchange, count: Int) -> String {
        text((0..<count).lazy.map { GeneratedContracts.contract($0, on: exchange) }, of: exchange)
    }

    private static func columns(of exchange: Exchange) -> [String] {
        let derivative = ["Symbol", "TradingSymbol", "Expiry", "Instrument", "OptionType", "StrikePrice", "TickSize"]
        return ["Exchange", "Token", "LotSize"]
            + (exchange == "NSE" || exchange == "BSE"
                ? ["Symbol", "TradingSymbol", "Instrument", "TickSize"]
                : exchange == "CDS"
                    ? ["Precision", "Multiplier"] + derivative : exchange == "MCX" ? ["GNGD"] + derivative : derivative)
    }

    private static func value(_ column: String, _ contract: Contract) -> String {
        switch column {
        case "Exchange": contract.instrument.exchange.code
        case "Token": contract.token
        case "LotSize": String(contract.lot)
        case "Symbol": contract.underlying
        case "TradingSymbol": contract.instrument.symbol
        case "Expiry": contract.expiry.map(date) ?? ""
        case "Instrument": code(contract.kind)
        case "OptionType": contract.right.map { $0 == .call ? "CE" : "PE" } ?? "XX"
        case "StrikePrice": contract.strike?.description ?? "-0.01"
        case "TickSize": contract.tick?.description ?? "0"
        default: "1"
        }
    }

    private static func date(_ date: CivilDate) -> String {
        let (year, month, day) = date.parts
        let names = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        return "\(day < 10 ? "0" : "")\(day)-\(names[month - 1])-\(year)"
    }

    private static func code(_ kind: ContractKind) -> String {
        switch kind {
        case .equity: "EQ"
        case .index: "INDEX"
        case .indexFuture: "FUTIDX"
        case .stockFuture: "FUTSTK"
        case .currencyFuture: "FUTCUR"
        case .commodityFuture: "FUTCOM"
        case .indexOption: "OPTIDX"
        case .stockOption: "OPTSTK"
        case .currencyOption: "OPTCUR"
        case .commodityOption: "OPTFUT"
        }
    }
}
