/// All instruments by number, with the ways to find one.
struct InstrumentTable: Sendable {
    let all: [Instrument]
    private let bySymbol: [InstrumentKey: Int]
    private let byToken: [InstrumentKey: Int]

    init(_ instruments: [Instrument]) {
        all = instruments
        bySymbol = Self.index(instruments) { $0.tradingSymbol }
        byToken = Self.index(instruments) { $0.token }
    }

    private static func index(_ instruments: [Instrument], by code: (Instrument) -> String) -> [InstrumentKey: Int] {
        let pairs = instruments.enumerated().map {
            (InstrumentKey(exchange: $0.element.exchange, code: code($0.element)), $0.offset)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    subscript(number: Int) -> Instrument { all[number] }

    func number(exchange: String, symbol: String) -> Int? {
        bySymbol[InstrumentKey(exchange: exchange, code: symbol)]
    }

    func number(exchange: String, token: String) -> Int? { byToken[InstrumentKey(exchange: exchange, code: token)] }

    /// The instruments in whose symbol or name every word of `text` occurs; an exchange narrows further.
    func search(_ text: String, exchange: String?) -> [Instrument] {
        let words = text.uppercased().split(separator: " ")
        guard !words.isEmpty else { return [] }
        return all.filter { instrument in
            guard exchange == nil || exchange == instrument.exchange else { return false }
            let haystack = "\(instrument.tradingSymbol) \(instrument.displayName) \(instrument.name.uppercased())"
            return words.allSatisfy { haystack.contains($0) }
        }
    }
}
