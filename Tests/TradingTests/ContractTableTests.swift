import TestSupport
import Testing
import Trading

@Suite struct ContractTableTests {
    static let option = Contract(
        instrument: Instrument("NFO", "NIFTY29DEC26P25000"),
        token: "40123",
        underlying: "NIFTY",
        kind: .indexOption,
        lot: 65,
        tick: Price("0.05"),
        expiry: CivilDate(year: 2026, month: 12, day: 29),
        strike: Price("25000"),
        right: .put
    )
    static let future = Contract(
        instrument: Instrument("NFO", "NIFTY29DEC26F"),
        token: "40124",
        underlying: "NIFTY",
        kind: .indexFuture,
        lot: 65,
        tick: Price("0.1"),
        expiry: CivilDate(year: 2026, month: 12, day: 29)
    )
    static let share = Contract(
        instrument: Instrument("NSE", "ACC-EQ"),
        token: "40123",
        underlying: "ACC",
        kind: .equity,
        lot: 1,
        tick: Price("0.05")
    )
    static let index = Contract(
        instrument: Instrument("NSE", "NIFTY INDEX"),
        token: "26000",
        underlying: "Nifty 50",
        kind: .index,
        lot: 1,
        tick: nil
    )
    static let all = [option, future, share, index]

    private func table(_ contracts: [Contract] = ContractTableTests.all) -> ContractTable {
        var builder = ContractTableBuilder()
        for contract in contracts { builder.add(contract) }
        return builder.finish()
    }

    @Test(arguments: all) func `a contract is found by its symbol and by its token, whole`(contract: Contract) {
        #expect(table().contract(contract.instrument) == contract)
        #expect(table().contract(contract.instrument.exchange, token: contract.token) == contract)
    }

    @Test func `a symbol or token of another exchange is not found`() {
        #expect(table().contract(Instrument("BSE", "ACC-EQ")) == nil)
        #expect(table().contract(Instrument("NFO", "ACC-EQ")) == nil)
        #expect(table().contract("NFO", token: "26000") == nil)
        #expect(table().contract(Instrument("NSE", "acc-eq")) == nil)
        #expect(table().contract(Instrument("NSE", "")) == nil)
    }

    @Test func `the empty table has nothing`() {
        #expect(ContractTable.empty.count == 0)
        #expect(!ContractTable.empty.has("NSE"))
        #expect(ContractTable.empty.contract(Self.share.instrument) == nil)
        #expect(ContractTable.empty.nearest(to: Self.share.instrument).isEmpty)
        #expect(ContractTable.empty.contracts(of: "ACC", on: "NSE").isEmpty)
    }

    @Test func `contracts are counted by exchange`() {
        #expect(table().count == 4)
        #expect(table().count(on: "NFO") == 2)
        #expect(table().has("NSE"))
        #expect(!table().has("MCX"))
    }

    @Test func `the contracts of an underlying are listed in the master's order`() {
        #expect(table().contracts(of: "NIFTY", on: "NFO") == [Self.option, Self.future])
        #expect(table().contracts(of: "NIFTY", on: "NSE").isEmpty)
        #expect(table().contracts(of: "NIFT", on: "NFO").isEmpty)
    }

    @Test func `where a symbol is listed twice the first row counts`() {
        var second = Self.share
        second.token = "9"
        second.lot = 5
        let found = table([Self.share, second, Self.index])
        #expect(found.count == 2)
        #expect(found.contract(Self.share.instrument) == Self.share)
        #expect(found.contract("NSE", token: "9") == nil)
        #expect(found.contract(Self.index.instrument) == Self.index)
        #expect(found.contracts(of: "ACC", on: "NSE") == [Self.share])
    }

    @Test func `every kind and right comes back as it was`() {
        for kind in ContractKind.allCases {
            for right in [nil, .call, .put] as [OptionRight?] {
                var contract = Self.option
                contract.kind = kind
                contract.right = right
                #expect(table([contract]).contract(contract.instrument) == contract)
            }
        }
    }

    @Test func `the whole market is found, one by one`() {
        let table = GeneratedContracts.all()
        #expect(table.count == 250_000)
        for (exchange, count) in GeneratedContracts.wholeMarket {
            #expect(table.count(on: exchange) == count)
            for number in stride(from: 0, to: count, by: 997) {
                let contract = GeneratedContracts.contract(number, on: exchange)
                #expect(table.contract(contract.instrument) == contract)
                #expect(table.contract(exchange, token: contract.token) == contract)
            }
        }
    }
}

@Suite struct NearestNameTests {
    static let table: ContractTable = {
        var builder = ContractTableBuilder()
        func add(_ exchange: Exchange, _ symbols: [String]) {
            for symbol in symbols {
                builder.add(
                    Contract(
                        instrument: Instrument(exchange, symbol),
                        token: symbol,
                        underlying: symbol,
                        kind: .equity,
                        lot: 1,
                        tick: nil
                    )
                )
            }
        }
        add("NSE", ["ACC-EQ", "ABB-EQ", "M&M-EQ", "M&MFIN-EQ", "SBIN-EQ", "RELIANCE-EQ"])
        add("BSE", ["ACC", "RELIANCE", "SBIN"])
        add(
            "NFO",
            ["BANKNIFTY29DEC26C61500", "BANKNIFTY29DEC26C61600", "BANKNIFTY29DEC26P61500", "NIFTY29DEC26C25000"]
        )
        return builder.finish()
    }()

    @Test(
        arguments: [
            ("NSE", "ACC", ["BSE:ACC", "NSE:ACC-EQ"]), ("NSE", "M&M", ["NSE:M&M-EQ", "NSE:M&MFIN-EQ"]),
            ("NFO", "SBIN-EQ", ["NSE:SBIN-EQ"]), ("NSE", "acc-eq", ["NSE:ACC-EQ", "NSE:ABB-EQ"]),
            ("NSE", "RELIANC-EQ", ["NSE:RELIANCE-EQ"]), ("NSE", "ERLIANCE-EQ", ["NSE:RELIANCE-EQ"]),
            (
                "NFO", "BANKNIFTY29DEC26C61501",
                ["NFO:BANKNIFTY29DEC26C61500", "NFO:BANKNIFTY29DEC26C61600", "NFO:BANKNIFTY29DEC26P61500"]
            ),
            (
                "NFO", "BANKNFITY29DEC26C61600",
                ["NFO:BANKNIFTY29DEC26C61600", "NFO:BANKNIFTY29DEC26C61500", "NFO:BANKNIFTY29DEC26P61500"]
            ),
            ("NSE", "QQQQQQQQ", []), ("NSE", "", []), ("MCX", "ACC-EQ", ["NSE:ACC-EQ"]), ("MCX", "GOLD", []),
        ] as [(Exchange, String, [String])]
    )
    func `an unknown name leads to what was meant`(exchange: Exchange, symbol: String, names: [String]) {
        #expect(Self.table.nearest(to: Instrument(exchange, symbol)).map(\.description) == names)
    }

    @Test func `a text longer than any symbol is like nothing`() {
        #expect(Self.table.nearest(to: Instrument("NSE", String(repeating: "A", count: 65))).isEmpty)
        #expect(Self.table.nearest(to: Instrument("NSE", String(repeating: "A", count: 64))).isEmpty)
    }

    @Test func `no more names are given than were asked for`() {
        #expect(Self.table.nearest(to: Instrument("NFO", "BANKNIFTY"), limit: 1).count == 1)
        #expect(Self.table.nearest(to: Instrument("NFO", "BANKNIFTY"), limit: 3).count == 3)
    }

    /// Against the textbook's table of distances, on pairs that a seed makes.
    @Test func `likeness is the number of letters to change`() {
        var seed = SeededGenerator(seed: 11)
        for _ in 0..<400 {
            let written = word(&seed)
            let symbol = word(&seed)
            var builder = ContractTableBuilder()
            builder.add(
                Contract(
                    instrument: Instrument("X", symbol),
                    token: "1",
                    underlying: "U",
                    kind: .equity,
                    lot: 1,
                    tick: nil
                )
            )
            let isNear =
                symbol.hasPrefix(written) || distance(Array(written), Array(symbol)) <= max(2, written.count / 4)
            let found = builder.finish().nearest(to: Instrument("X", written))
            #expect(found.isEmpty == !isNear, "\(written) \(symbol)")
        }
    }

    private func word(_ seed: inout SeededGenerator) -> String {
        String((0..<Int.random(in: 1...12, using: &seed)).map { _ in "AB".randomElement(using: &seed) ?? "A" })
    }

    private func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (place, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = place + 1
            for (column, other) in right.enumerated() {
                let change = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
