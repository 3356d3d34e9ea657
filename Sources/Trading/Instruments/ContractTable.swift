/// Everything that can be traded at a broker, as its masters say; made once, then only read.
///
/// A row takes 32 bytes and its texts once: 250,000 contracts fit in some 20 MB, and finding one costs the same among
/// ten as among all.
public struct ContractTable: Sendable {
    /// One contract; its texts are in the arena, its symbol first and its token behind it.
    struct Row {
        var strike: Int64
        var text: UInt32
        var underlying: UInt32
        var expiry: Int32
        var lot: UInt32
        /// Zero where the master has none.
        var tick: UInt32
        var symbolLength: UInt8
        var tokenLength: UInt8
        var exchange: UInt8
        /// The kind in the low four bits, the option's right above them.
        var kindAndRight: UInt8

        static let noStrike = Int64.min
        static let noExpiry = Int32.min
    }

    let rows: [Row]
    let arena: [UInt8]
    let exchanges: [Exchange]
    let counts: [Int]
    let bySymbol: SymbolIndex
    let byToken: SymbolIndex
    let underlyings: UnderlyingIndex

    public static let empty = ContractTableBuilder().finish()

    public var count: Int { rows.count }

    /// Contracts of one exchange; zero where its master is not loaded.
    public func count(on exchange: Exchange) -> Int { number(of: exchange).map { counts[$0] } ?? 0 }

    public func has(_ exchange: Exchange) -> Bool { count(on: exchange) > 0 }

    public func contract(_ instrument: Instrument) -> Contract? {
        row(of: instrument).map(contract)
    }

    public func contract(_ exchange: Exchange, token: String) -> Contract? {
        guard let number = number(of: exchange) else { return nil }
        let key = Array(token.utf8)
        let hash = SymbolIndex.hash(key.span, UInt8(number))
        return byToken.find(hash) { index in
            let row = rows[index]
            return Int(row.exchange) == number && Int(row.tokenLength) == key.count
                && arena.span.holds(key.span, at: Int(row.text) + Int(row.symbolLength))
        }.map(contract)
    }

    /// What is derived from `underlying` at an exchange, or the security of that name, in the master's order.
    public func contracts(of underlying: String, on exchange: Exchange) -> [Contract] {
        guard let number = number(of: exchange) else { return [] }
        return underlyings.rows(of: Array(underlying.utf8), UInt8(number)).map { contract(Int($0)) }
    }

    func row(of instrument: Instrument) -> Int? {
        guard let number = number(of: instrument.exchange) else { return nil }
        let key = Array(instrument.symbol.utf8)
        let hash = SymbolIndex.hash(key.span, UInt8(number))
        return bySymbol.find(hash) { index in
            let row = rows[index]
            return Int(row.exchange) == number && Int(row.symbolLength) == key.count
                && arena.span.holds(key.span, at: Int(row.text))
        }
    }

    func number(of exchange: Exchange) -> Int? { exchanges.firstIndex(of: exchange) }

    func contract(_ index: Int) -> Contract {
        let row = rows[index]
        let symbolEnd = Int(row.text) + Int(row.symbolLength)
        return Contract(
            instrument: instrument(index),
            token: text(symbolEnd, Int(row.tokenLength)),
            underlying: underlyings.name(row.underlying),
            kind: ContractKind(rawValue: row.kindAndRight & 15) ?? .index,
            lot: Int(row.lot),
            tick: row.tick == 0 ? nil : Price(tenThousandths: Int64(row.tick)),
            expiry: row.expiry == Row.noExpiry ? nil : CivilDate(daysSince1970: Int(row.expiry)),
            strike: row.strike == Row.noStrike ? nil : Price(tenThousandths: row.strike),
            right: OptionRight(rawValue: row.kindAndRight >> 4)
        )
    }

    func instrument(_ index: Int) -> Instrument {
        let row = rows[index]
        return Instrument(exchanges[Int(row.exchange)], text(Int(row.text), Int(row.symbolLength)))
    }

    private func text(_ start: Int, _ length: Int) -> String {
        String(decoding: arena[start..<start + length], as: UTF8.self)
    }
}

extension Span<UInt8> {
    func holds(_ other: Span<UInt8>, at start: Int) -> Bool {
        guard start + other.count <= count else { return false }
        for index in other.indices where self[start + index] != other[index] { return false }
        return true
    }
}
