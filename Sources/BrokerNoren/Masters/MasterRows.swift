import Trading

/// Reads one master, line after line as its bytes come, into a table under construction.
struct MasterRows {
    /// What became of the rows.
    struct Count: Hashable {
        var contracts = 0
        /// Rows without a symbol, without a lot, or of a kind that cannot be traded.
        var skipped = 0
    }

    private static let longestLine = 1024
    private static let mostColumns = 32

    private let exchanges: [(code: [UInt8], exchange: Exchange)]
    private var places = [Int](repeating: -1, count: MasterColumn.allCases.count)
    /// Columns that the header names; none before it was read.
    private var columns = 0
    private var line = 0
    /// The beginning of a line whose end has not come yet.
    private var begun: [UInt8] = []
    /// Where the fields of the line in hand begin, and where the one after its last would.
    private var starts: [Int] = []
    private(set) var count = Count()

    /// `exchanges`: whose contracts the file may hold.
    init(of exchanges: [Exchange]) {
        self.exchanges = exchanges.map { (Array($0.code.utf8), $0) }
        starts.reserveCapacity(Self.mostColumns + 2)
    }

    mutating func take(_ bytes: Span<UInt8>, into table: inout ContractTableBuilder) throws(MasterFlaw) {
        var start = 0
        for index in bytes.indices where bytes[index] == 0x0A {
            try take(line: bytes.extracting(start..<index), into: &table)
            start = index + 1
        }
        for index in start..<bytes.count { begun.append(bytes[index]) }
        guard begun.count <= Self.longestLine else { throw tooLong(line + 1) }
    }

    /// The last line may lack its end. A file without contracts is none.
    mutating func finish(into table: inout ContractTableBuilder) throws(MasterFlaw) {
        if !begun.isEmpty { try takeBegunLine(into: &table) }
        guard columns > 0 else { throw MasterFlaw(.empty, "the file is empty") }
        guard count.contracts > 0 else { throw MasterFlaw(.empty, "there is no contract in it") }
    }

    private mutating func take(
        line bytes: Span<UInt8>,
        into table: inout ContractTableBuilder
    ) throws(MasterFlaw) {
        guard !begun.isEmpty else { return try read(bytes, into: &table) }
        for index in bytes.indices { begun.append(bytes[index]) }
        try takeBegunLine(into: &table)
    }

    private mutating func takeBegunLine(into table: inout ContractTableBuilder) throws(MasterFlaw) {
        let whole = begun
        begun.removeAll(keepingCapacity: true)
        try read(whole.span, into: &table)
    }

    private mutating func read(_ bytes: Span<UInt8>, into table: inout ContractTableBuilder) throws(MasterFlaw) {
        line += 1
        guard bytes.count <= Self.longestLine else { throw tooLong(line) }
        let end = bytes.count > 0 && bytes[bytes.count - 1] == 0x0D ? bytes.count - 1 : bytes.count
        guard end > 0 else { return }
        split(bytes, end)
        if columns == 0 { try readHeader(bytes) } else { try readRow(bytes, into: &table) }
    }

    /// Masters have no quotes: a comma is always a border.
    private mutating func split(_ bytes: Span<UInt8>, _ end: Int) {
        starts.removeAll(keepingCapacity: true)
        starts.append(0)
        for index in 0..<end where bytes[index] == 0x2C { starts.append(index + 1) }
        starts.append(end + 1)
    }

    private var fields: Int { starts.count - 1 }

    private func field(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] - 1 }

    private mutating func readHeader(_ bytes: Span<UInt8>) throws(MasterFlaw) {
        for index in 0..<fields {
            guard !field(index).isEmpty else { continue }  // the comma at the line's end
            columns = index + 1
            guard let column = MasterColumn(bytes.extracting(field(index))) else { continue }
            guard places[column.rawValue] < 0 else {
                throw flaw(.unreadable, column, "the header names it twice")
            }
            places[column.rawValue] = index
        }
        for column in MasterColumn.allCases where column.isRequired && places[column.rawValue] < 0 {
            throw flaw(.missingColumn, column, "the header does not have it")
        }
        guard columns <= Self.mostColumns else {
            throw MasterFlaw(.unreadable, row: line, "the header has \(columns) columns")
        }
    }

    private mutating func readRow(
        _ bytes: Span<UInt8>,
        into table: inout ContractTableBuilder
    ) throws(MasterFlaw) {
        for column in MasterColumn.allCases where places[column.rawValue] >= fields {
            throw flaw(.missingColumn, column, "the row ends before it")
        }
        guard fields <= columns || fields == columns + 1 && field(columns).isEmpty else {
            throw MasterFlaw(.unreadable, row: line, "the row has \(fields) columns, the header has \(columns)")
        }
        let symbol = bytes.extracting(range(.tradingSymbol))
        guard symbol.count > 0 else { return skip() }
        let exchange = try exchange(bytes.extracting(range(.exchange)))
        guard let kind = ContractKind(bytes.extracting(range(.instrument)), on: exchange) else { return skip() }
        let lot = try lot(bytes, kind)
        guard lot > 0 else { return skip() }
        let terms = try terms(bytes, kind, lot)
        for column in [MasterColumn.tradingSymbol, .token, .symbol]
        where range(column).count > ContractTableBuilder.longestText {
            throw flaw(.unreadable, column, "is longer than \(ContractTableBuilder.longestText) bytes")
        }
        guard !range(.token).isEmpty else { throw flaw(.unreadable, .token, "is empty") }
        table.add(
            exchange,
            symbol: symbol,
            token: bytes.extracting(range(.token)),
            underlying: bytes.extracting(range(.symbol)),
            terms
        )
        count.contracts += 1
    }

    private mutating func skip() { count.skipped += 1 }

    /// Empty where the file does not have the column.
    private func range(_ column: MasterColumn) -> Range<Int> {
        let place = places[column.rawValue]
        return place < 0 ? 0..<0 : field(place)
    }

    private func exchange(_ code: Span<UInt8>) throws(MasterFlaw) -> Exchange {
        for known in exchanges where known.code.count == code.count && code.holdsBytes(known.code.span) {
            return known.exchange
        }
        let names = exchanges.map(\.exchange.code).joined(separator: " or ")
        throw flaw(.unreadable, .exchange, code, "is not \(names), whose file this is")
    }

    /// Zero for what cannot be ordered.
    private func lot(_ bytes: Span<UInt8>, _ kind: ContractKind) throws(MasterFlaw) -> Int {
        if kind == .index { return 1 }
        let text = bytes.extracting(range(.lot))
        guard let lot = text.wholeNumber, lot <= OrderCommand.largestQuantity else {
            throw flaw(.unreadable, .lot, text, "is no number of units")
        }
        return lot
    }

    private func terms(
        _ bytes: Span<UInt8>,
        _ kind: ContractKind,
        _ lot: Int
    ) throws(MasterFlaw) -> ContractTableBuilder.Terms {
        var terms = ContractTableBuilder.Terms(kind: kind, lot: lot, tick: nil)
        if places[MasterColumn.tick.rawValue] >= 0 {
            let tick = bytes.extracting(range(.tick))
            guard let value = tick.tenThousandths, value <= Int64(UInt32.max) else {
                throw flaw(.unreadable, .tick, tick, "is no step of prices")
            }
            terms.tick = value > 0 ? Price(tenThousandths: value) : nil
        }
        guard kind.isDerivative else { return terms }
        let expiry = bytes.extracting(range(.expiry))
        guard let date = expiry.date else { throw flaw(.unreadable, .expiry, expiry, "is no date such as 29-DEC-2026") }
        terms.expiry = date
        guard kind.isOption else { return terms }
        let strike = bytes.extracting(range(.strike))
        guard let value = strike.tenThousandths, value > 0 else {
            throw flaw(.unreadable, .strike, strike, "is no strike")
        }
        terms.strike = Price(tenThousandths: value)
        let right = bytes.extracting(range(.optionType))
        guard right.isEqual("CE") || right.isEqual("PE") else {
            throw flaw(.unreadable, .optionType, right, "is not CE or PE")
        }
        terms.right = right.isEqual("CE") ? .call : .put
        return terms
    }

    private func tooLong(_ row: Int) -> MasterFlaw {
        MasterFlaw(.unreadable, row: row, "the line is longer than \(Self.longestLine) bytes")
    }

    private func flaw(_ kind: MasterFlaw.Kind, _ column: MasterColumn, _ text: String) -> MasterFlaw {
        MasterFlaw(kind, row: line, column: column.name, text)
    }

    private func flaw(
        _ kind: MasterFlaw.Kind,
        _ column: MasterColumn,
        _ value: Span<UInt8>,
        _ text: String
    ) -> MasterFlaw {
        let shown = String(decoding: value.bytes().prefix(40), as: UTF8.self).filter { !$0.isNewline && $0 != "\u{1B}" }
        return flaw(kind, column, "\"\(shown)\" \(text)")
    }
}

extension Span<UInt8> {
    fileprivate func holdsBytes(_ other: Span<UInt8>) -> Bool {
        for index in other.indices where self[index] != other[index] { return false }
        return true
    }
}
