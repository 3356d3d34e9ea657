import Desk
import TestSupport
import Testing
import Trading

/// A-04 as far as a contract decides, and the table of what each exchange takes.
@Suite struct ContractRuleTests {
    static let today = TradingDay(.sample)  // 23 November 2026

    static func contract(
        _ exchange: Exchange,
        _ symbol: String,
        _ kind: ContractKind,
        lot: Int = 1,
        tick: String? = "0.05",
        expiry: CivilDate? = nil
    ) -> Contract {
        Contract(
            instrument: Instrument(exchange, symbol),
            token: symbol,
            underlying: symbol,
            kind: kind,
            lot: lot,
            tick: tick.flatMap { Price($0) },
            expiry: expiry
        )
    }

    static let table: ContractTable = {
        var builder = ContractTableBuilder()
        let later = CivilDate(year: 2026, month: 12, day: 29)
        for contract in [
            contract("NSE", "ACC-EQ", .equity), contract("NSE", "NIFTY INDEX", .index, tick: nil),
            contract("BSE", "ACC", .equity),
            contract("NFO", "NIFTY29DEC26F", .indexFuture, lot: 65, tick: "0.1", expiry: later),
            contract("NFO", "NIFTY29DEC26C25000", .indexOption, lot: 65, expiry: later),
            contract("NFO", "ACC29DEC26F", .stockFuture, lot: 300, expiry: later),
            contract("NFO", "ACC29DEC26C1800", .stockOption, lot: 300, expiry: later),
            contract(
                "NFO",
                "NIFTY20NOV26C25000",
                .indexOption,
                lot: 65,
                expiry: CivilDate(year: 2026, month: 11, day: 20)
            ),
            contract(
                "NFO",
                "NIFTY23NOV26C25000",
                .indexOption,
                lot: 65,
                expiry: CivilDate(year: 2026, month: 11, day: 23)
            ),
            contract("BFO", "SENSEX26DEC91000PE", .indexOption, lot: 20, expiry: later),
            contract("CDS", "USDINR29DEC26F", .currencyFuture, tick: "0.0025", expiry: later),
            contract("CDS", "USDINR29DEC26C90", .currencyOption, tick: "0.0025", expiry: later),
            contract("MCX", "CRUDEOIL18DEC26", .commodityFuture, lot: 100, tick: "1", expiry: later),
            contract("MCX", "CRUDEOIL16DEC26C6000", .commodityOption, lot: 100, tick: "0.1", expiry: later),
        ] {
            builder.add(contract)
        }
        return builder.finish()
    }()

    static func order(
        _ exchange: Exchange,
        _ symbol: String,
        _ product: Product,
        quantity: Int,
        type: OrderType = .limit,
        price: String = "100",
        trigger: String = "100",
        _ execution: ExecutionType = .entry
    ) -> OrderCommand {
        var command = OrderCommand.sample(1, execution, quantity: quantity, type: type)
        command.instrument = Instrument(exchange, symbol)
        command.product = product
        command.price = type.hasLimit ? Price(price) ?? .zero : .zero
        command.triggerPrice = type.hasTrigger ? Price(trigger) ?? .zero : .zero
        return command
    }

    private func problems(
        _ command: OrderCommand,
        _ rules: ContractRules = ContractRules(),
        on day: TradingDay = ContractRuleTests.today
    ) -> [String] {
        rules.problems(of: command, among: Self.table, on: day).map(\.description)
    }

    @Test func `an order that fits its contract has no problem`() {
        #expect(problems(Self.order("NFO", "NIFTY29DEC26F", .margin, quantity: 130, price: "25000.1")) == [])
    }

    // MARK: Known

    @Test func `an unknown name is refused with the nearest ones`() {
        #expect(
            problems(Self.order("NFO", "NIFTY29DEC26C2500", .margin, quantity: 65)) == [
                "tradingsymbol: NIFTY29DEC26C2500 is not in the master of NFO; did you mean NIFTY29DEC26C25000?"
            ]
        )
        #expect(
            problems(Self.order("NFO", "ACC-EQ", .intraday, quantity: 1)) == [
                "tradingsymbol: ACC-EQ is not in the master of NFO; did you mean ACC-EQ on NSE?"
            ]
        )
        #expect(
            problems(Self.order("NSE", "QQQQQQQQQ", .intraday, quantity: 1)) == [
                "tradingsymbol: QQQQQQQQQ is not in the master of NSE"
            ]
        )
    }

    @Test func `without the exchange's master an order passes, unless one is required`() {
        let command = Self.order("NSE", "ANYTHING", .margin, quantity: 7, price: "1.23")
        func problems(_ rules: ContractRules) -> [String] {
            rules.problems(of: command, among: .empty, on: Self.today).map(\.description)
        }
        #expect(problems(ContractRules()) == [])
        #expect(
            problems(ContractRules(requiresMaster: true)) == [
                "tradingsymbol: ANYTHING cannot be checked: no master of NSE is loaded; run `sextant instruments sync`"
            ]
        )
    }

    @Test func `an index is not traded`() {
        #expect(
            problems(Self.order("NSE", "NIFTY INDEX", .intraday, quantity: 1)) == [
                "tradingsymbol: NIFTY INDEX is an index: it is quoted, not traded"
            ]
        )
    }

    // MARK: Expiry

    @Test func `a contract trades on the day it expires, and never after`() {
        #expect(problems(Self.order("NFO", "NIFTY23NOV26C25000", .margin, quantity: 65)) == [])
        #expect(
            problems(Self.order("NFO", "NIFTY20NOV26C25000", .margin, quantity: 65)) == [
                "tradingsymbol: NIFTY20NOV26C25000 expired on 2026-11-20; it is 2026-11-23"
            ]
        )
        let next = TradingDay(.sample + .seconds(86_400))
        #expect(problems(Self.order("NFO", "NIFTY23NOV26C25000", .margin, quantity: 65), on: next).count == 1)
    }

    /// A-47 in small: 23:59 in Greenwich is the next morning in India.
    @Test func `the day is the exchange's, not Greenwich's`() throws {
        let evening = try #require(Timestamp("2026-11-23T18:29:59Z"))
        let command = Self.order("NFO", "NIFTY23NOV26C25000", .margin, quantity: 65)
        #expect(problems(command, on: TradingDay(evening)) == [])
        #expect(problems(command, on: TradingDay(evening + .seconds(1))).count == 1)
    }

    // MARK: Lot and tick

    @Test(arguments: [
        (64, "65"), (66, "65 or 130"), (1, "65"), (129, "65 or 130"), (131, "130 or 195"),
    ])
    func `a quantity between two lots is refused with both`(quantity: Int, near: String) {
        #expect(
            problems(Self.order("NFO", "NIFTY29DEC26F", .margin, quantity: quantity)) == [
                "qty: must be a multiple of the lot size 65, was \(quantity); \(near) would be"
            ]
        )
    }

    @Test(arguments: [65, 130, 6500]) func `whole lots pass`(quantity: Int) {
        #expect(problems(Self.order("NFO", "NIFTY29DEC26F", .margin, quantity: quantity)) == [])
    }

    @Test(
        arguments: [
            ("NSE", "ACC-EQ", "100.03", "100.00 or 100.05"), ("NFO", "NIFTY29DEC26F", "100.05", "100.00 or 100.10"),
            ("CDS", "USDINR29DEC26F", "90.0026", "90.0025 or 90.005"),
            ("MCX", "CRUDEOIL18DEC26", "6000.5", "6000.00 or 6001.00"),
        ] as [(Exchange, String, String, String)]
    )
    func `a price between two ticks is refused with both`(
        exchange: Exchange,
        symbol: String,
        price: String,
        near: String
    ) {
        let command = Self.order(exchange, symbol, .intraday, quantity: 3900 * 100, price: price)
        let tick = Self.table.contract(command.instrument)?.tick?.description ?? ""
        #expect(
            problems(command).filter { $0.hasPrefix("price") } == [
                "price: must be a multiple of the tick size \(tick), was \(command.price); \(near) would be"
            ]
        )
    }

    @Test func `a trigger is held to the tick as well, and both are named`() {
        let command = Self.order(
            "NSE",
            "ACC-EQ",
            .intraday,
            quantity: 1,
            type: .stopLimit,
            price: "100.01",
            trigger: "99.99"
        )
        #expect(problems(command).map { $0.prefix { $0 != ":" } } == ["price", "trigger_price"])
        let stop = Self.order("NSE", "ACC-EQ", .intraday, quantity: 1, type: .stopMarket, trigger: "99.99")
        #expect(problems(stop).map { $0.prefix { $0 != ":" } } == ["trigger_price"])
    }

    @Test func `every wrong field of one order is named`() {
        let command = Self.order("NFO", "ACC29DEC26C1800", .delivery, quantity: 100, type: .stopMarket, trigger: "9.99")
        #expect(
            problems(command).map { $0.prefix { $0 != ":" } } == ["qty", "trigger_price", "product_type", "order_type"]
        )
    }

    // MARK: The tables, cell by cell

    @Test(arguments: ["NSE", "BSE", "NFO", "BFO", "CDS", "MCX"] as [Exchange], [Product.delivery, .margin, .intraday])
    func `each exchange takes its products`(exchange: Exchange, product: Product) throws {
        let symbols: [Exchange: String] = [
            "NSE": "ACC-EQ", "BSE": "ACC", "NFO": "NIFTY29DEC26F", "BFO": "SENSEX26DEC91000PE", "CDS": "USDINR29DEC26F",
            "MCX": "CRUDEOIL18DEC26",
        ]
        let isCash = exchange == "NSE" || exchange == "BSE"
        let isTaken = product == .intraday || product == (isCash ? .delivery : .margin)
        let found = problems(Self.order(exchange, try #require(symbols[exchange]), product, quantity: 1300 * 100))
        let names = isCash ? "C or I" : "M or I"
        #expect(
            found == (isTaken ? [] : ["product_type: \(product) is not for \(exchange), which takes \(names)"])
        )
    }

    @Test(arguments: table.all, OrderType.allCases)
    func `options of shares and of commodities need a limit, or its protection`(contract: Contract, type: OrderType) {
        guard contract.kind != .index, contract.instrument.symbol != "NIFTY20NOV26C25000" else { return }
        let isCash = contract.kind == .equity
        let command = Self.order(
            contract.instrument.exchange,
            contract.instrument.symbol,
            isCash ? .delivery : .margin,
            quantity: contract.lot,
            type: type
        )
        let thin = contract.kind == .stockOption || contract.kind == .commodityOption
        let isTaken = !thin || type == .limit || type == .stopLimit
        #expect(problems(command).isEmpty == isTaken)
        if !isTaken { #expect(problems(command).first?.hasPrefix("order_type: \(type.rawValue) is not for a") == true) }
        #expect(problems(command, ContractRules(protectsMarket: true)) == [])
    }

    // MARK: Exits

    @Test func `an exit is held to none of it`() {
        let wrong = [
            Self.order("NFO", "NIFTY20NOV26C25000", .delivery, quantity: 7, price: "1.23", .exit),
            Self.order("NFO", "UNKNOWN", .margin, quantity: 7, .exit),
            Self.order("NFO", "ACC29DEC26C1800", .margin, quantity: 300, type: .market, .exit),
        ]
        for command in wrong {
            #expect(problems(command, ContractRules(requiresMaster: true)) == [])
            #expect(ContractRules(requiresMaster: true).problems(of: command, among: .empty, on: Self.today).isEmpty)
        }
    }
}

extension ContractTable {
    /// The contracts of this file's table.
    fileprivate var all: [Contract] {
        ["NSE", "BSE", "NFO", "BFO", "CDS", "MCX"].flatMap { exchange in
            [
                "ACC-EQ", "NIFTY INDEX", "ACC", "NIFTY29DEC26F", "NIFTY29DEC26C25000", "ACC29DEC26F", "ACC29DEC26C1800",
                "SENSEX26DEC91000PE", "USDINR29DEC26F", "USDINR29DEC26C90", "CRUDEOIL18DEC26", "CRUDEOIL16DEC26C6000",
            ].compactMap { contract(Instrument(Exchange(exchange), $0)) }
        }
    }
}

@Suite struct SlicingTests {
    @Test(
        arguments: [
            (1800, 1800, 65, [1800]), (1755, 1800, 65, [1755]), (3600, 1800, 65, [1755, 1755, 90]),
            (1820, 1800, 65, [1755, 65]), (600, 600, 30, [600]), (630, 600, 30, [600, 30]), (10, nil, 1, [10]),
            (100, 20, 65, [100]), (0, 100, 1, []), (-5, 100, 1, []), (100, 30, 0, [100]), (1801, 1800, 1, [1800, 1]),
        ] as [(Int, Int?, Int, [Int])]
    )
    func `an order above the limit is cut into whole lots`(quantity: Int, largest: Int?, lot: Int, pieces: [Int]) {
        #expect(Slicing.pieces(of: quantity, largest: largest, lot: lot) == pieces)
    }

    @Test func `pieces sum exactly, stay within the limit and are as few as can be`() {
        var random = SeededGenerator(seed: 9)
        for _ in 0..<5000 {
            let lot = Int.random(in: 1...1000, using: &random)
            let largest = lot * Int.random(in: 1...60, using: &random) + Int.random(in: 0..<lot, using: &random)
            let quantity = lot * Int.random(in: 1...900, using: &random)
            let pieces = Slicing.pieces(of: quantity, largest: largest, lot: lot)
            #expect(pieces.reduce(0, +) == quantity)
            #expect(pieces.allSatisfy { $0 > 0 && $0 <= largest && $0 % lot == 0 })
            let size = largest / lot * lot
            #expect(pieces.count == (quantity + size - 1) / size)
        }
    }
}
