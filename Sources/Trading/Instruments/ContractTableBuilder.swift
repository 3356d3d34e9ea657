/// Collects contracts into a `ContractTable`.
public struct ContractTableBuilder: Sendable {
    private var rows: [ContractTable.Row] = []
    private var arena: [UInt8] = []
    private var exchanges: [Exchange] = []
    private var underlyings = UnderlyingIndex()

    /// The longest symbol, token and underlying, in bytes.
    public static let longestText = 64

    public init() {}

    public var count: Int { rows.count }

    /// What stands in one row of a master beside its texts.
    public struct Terms: Hashable, Sendable {
        public var kind: ContractKind
        public var lot: Int
        public var tick: Price?
        public var expiry: CivilDate?
        public var strike: Price?
        public var right: OptionRight?

        public init(
            kind: ContractKind,
            lot: Int,
            tick: Price?,
            expiry: CivilDate? = nil,
            strike: Price? = nil,
            right: OptionRight? = nil
        ) {
            self.kind = kind
            self.lot = lot
            self.tick = tick
            self.expiry = expiry
            self.strike = strike
            self.right = right
        }

        /// Whether every figure fits a row of the table.
        public var fit: Bool {
            (1...OrderCommand.largestQuantity).contains(lot)
                && tick.map { (1...Int64(UInt32.max)).contains($0.tenThousandths) } ?? true
                && expiry.map { abs($0.daysSince1970) < 1_000_000 } ?? true
        }
    }

    /// Adds one contract; its texts are as the broker writes them, its terms must `fit`.
    public mutating func add(
        _ exchange: Exchange,
        symbol: Span<UInt8>,
        token: Span<UInt8>,
        underlying: Span<UInt8>,
        _ terms: Terms
    ) {
        precondition(terms.fit, "a contract's figures fit a row")
        let longest = Self.longestText
        precondition(
            symbol.count <= longest && token.count <= longest && underlying.count <= longest,
            "a contract's texts have up to \(longest) bytes"
        )
        let number = number(of: exchange)
        let text = UInt32(arena.count)
        for index in symbol.indices { arena.append(symbol[index]) }
        for index in token.indices { arena.append(token[index]) }
        rows.append(
            ContractTable.Row(
                strike: terms.strike?.tenThousandths ?? ContractTable.Row.noStrike,
                text: text,
                underlying: underlyings.number(of: underlying, number),
                expiry: terms.expiry.map { Int32($0.daysSince1970) } ?? ContractTable.Row.noExpiry,
                lot: UInt32(terms.lot),
                tick: UInt32(terms.tick?.tenThousandths ?? 0),
                symbolLength: UInt8(symbol.count),
                tokenLength: UInt8(token.count),
                exchange: number,
                kindAndRight: terms.kind.rawValue | (terms.right?.rawValue ?? 0) << 4
            )
        )
    }

    public mutating func add(_ contract: Contract) {
        let terms = Terms(
            kind: contract.kind,
            lot: contract.lot,
            tick: contract.tick,
            expiry: contract.expiry,
            strike: contract.strike,
            right: contract.right
        )
        let symbol = Array(contract.instrument.symbol.utf8)
        let token = Array(contract.token.utf8)
        let underlying = Array(contract.underlying.utf8)
        add(
            contract.instrument.exchange,
            symbol: symbol.span,
            token: token.span,
            underlying: underlying.span,
            terms
        )
    }

    private mutating func number(of exchange: Exchange) -> UInt8 {
        if let known = exchanges.firstIndex(of: exchange) { return UInt8(known) }
        exchanges.append(exchange)
        return UInt8(exchanges.count - 1)
    }

    /// The table. Where a master names a symbol or a token twice, the first row counts.
    public func finish() -> ContractTable {
        let symbols = Self.index(rows, arena.span) { row in Int(row.text)..<Int(row.text) + Int(row.symbolLength) }
        guard symbols.repeated.isEmpty else {
            var unique = self
            let repeated = Set(symbols.repeated)
            unique.rows = rows.indices.filter { !repeated.contains($0) }.map { rows[$0] }
            return unique.finish()
        }
        let tokens = Self.index(rows, arena.span) { row in
            let start = Int(row.text) + Int(row.symbolLength)
            return start..<start + Int(row.tokenLength)
        }
        var counts = [Int](repeating: 0, count: exchanges.count)
        for row in rows { counts[Int(row.exchange)] += 1 }
        return ContractTable(
            rows: rows,
            arena: arena,
            exchanges: exchanges,
            counts: counts,
            bySymbol: symbols.index,
            byToken: tokens.index,
            underlyings: underlyings.grouping(rows.lazy.map(\.underlying))
        )
    }

    /// Rows by the text that `key` points out, and those whose text an earlier row of the exchange has already.
    private static func index(
        _ rows: [ContractTable.Row],
        _ arena: Span<UInt8>,
        _ key: (ContractTable.Row) -> Range<Int>
    ) -> (index: SymbolIndex, repeated: [Int]) {
        var index = SymbolIndex(capacity: rows.count)
        var repeated: [Int] = []
        for (number, row) in rows.enumerated() {
            let range = key(row)
            let text = arena.extracting(range)
            let isNew = index.insert(number, SymbolIndex.hash(text, row.exchange)) { other in
                let other = rows[other]
                let place = key(other)
                return other.exchange == row.exchange && place.count == range.count
                    && arena.holds(text, at: place.lowerBound)
            }
            if !isNew { repeated.append(number) }
        }
        return (index, repeated)
    }
}
