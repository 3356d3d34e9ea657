/// All instruments by number, with the ways to find one. Numbers stay; what has expired is found no more.
struct InstrumentTable: Sendable {
    private(set) var all: [Instrument]
    private var bySymbol: [InstrumentKey: Int] = [:]
    private var byToken: [InstrumentKey: Int] = [:]

    init(_ instruments: [Instrument]) {
        all = []
        for instrument in instruments { add(instrument) }
    }

    private mutating func add(_ instrument: Instrument) {
        let symbol = InstrumentKey(exchange: instrument.exchange, code: instrument.tradingSymbol)
        guard bySymbol[symbol] == nil else { return }
        bySymbol[symbol] = all.count
        byToken[InstrumentKey(exchange: instrument.exchange, code: instrument.token)] = all.count
        all.append(instrument)
    }

    /// Takes over what is listed on a new day: adds what is new, and forgets what expired before `today`.
    mutating func list(_ instruments: [Instrument], today: CalendarDay) {
        for (symbol, number) in bySymbol where all[number].expiry.map({ $0 < today }) ?? false {
            bySymbol[symbol] = nil
            byToken[InstrumentKey(exchange: all[number].exchange, code: all[number].token)] = nil
        }
        for instrument in instruments { add(instrument) }
    }

    subscript(number: Int) -> Instrument { all[number] }

    /// The numbers of what is listed now.
    var listed: [Int] { all.indices.filter(isListed) }

    func isListed(_ number: Int) -> Bool {
        bySymbol[InstrumentKey(exchange: all[number].exchange, code: all[number].tradingSymbol)] == number
    }

    func number(exchange: String, symbol: String) -> Int? {
        bySymbol[InstrumentKey(exchange: exchange, code: symbol)]
    }

    func number(exchange: String, token: String) -> Int? { byToken[InstrumentKey(exchange: exchange, code: token)] }

    /// Those named by `NSE|22#NFO|40123`; what does not exist is left out.
    func numbers(keys: String) -> [Int] {
        keys.split(separator: "#").compactMap { key in
            let parts = key.split(separator: "|")
            guard parts.count == 2 else { return nil }
            return number(exchange: String(parts[0]), token: String(parts[1]))
        }
    }

    /// The same share on every exchange, this one first.
    func listings(of number: Int) -> [Int] {
        guard all[number].kind == .equity else { return [number] }
        return [number]
            + listed.filter { $0 != number && all[$0].kind == .equity && all[$0].symbol == all[number].symbol }
    }

    /// The index that a contract is on; nil for what is no contract.
    func underlying(of number: Int) -> Int? {
        guard all[number].expiry != nil else { return nil }
        return all.firstIndex { $0.kind == .index && $0.symbol == all[number].symbol }
    }

    /// The contracts on the underlying whose name `symbol` begins with; the longest such name counts.
    func derivatives(of symbol: String, exchange: String) -> [Int] {
        let candidates = listed.filter {
            all[$0].exchange == exchange && all[$0].expiry != nil && symbol.hasPrefix(all[$0].symbol)
        }
        let longest = candidates.map { all[$0].symbol.utf8.count }.max()
        return candidates.filter { all[$0].symbol.utf8.count == longest }
    }

    /// The instruments in whose symbol or name every word of `text` occurs; an exchange narrows further.
    func search(_ text: String, exchange: String?) -> [Instrument] {
        let words = text.uppercased().split(separator: " ")
        guard !words.isEmpty else { return [] }
        return listed.map { all[$0] }.filter { instrument in
            guard exchange == nil || exchange == instrument.exchange else { return false }
            let haystack = "\(instrument.tradingSymbol) \(instrument.displayName) \(instrument.name.uppercased())"
            return words.allSatisfy { haystack.contains($0) }
        }
    }
}
