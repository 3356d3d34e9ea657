import Desk
import TestSupport
import Testing
import Trading

/// A-14: what goes out instead of an order at the market.
@Suite struct MarketProtectionTests {
    typealias Knowledge = MarketProtection.Knowledge
    private static func price(_ text: String) -> Price { Price(text) ?? .zero }

    private static func contract(_ kind: ContractKind, tick: String? = "0.05") -> Contract {
        ContractRuleTests.contract("NFO", "X", kind, lot: 65, tick: tick)
    }

    private static func quote(
        _ last: String?,
        bid: String? = nil,
        ask: String? = nil,
        lower: String? = nil,
        upper: String? = nil,
        age: Duration = .zero
    ) -> Quote {
        Quote(
            last: last.map(price),
            bid: bid.map(price),
            ask: ask.map(price),
            lowerCircuit: lower.map(price),
            upperCircuit: upper.map(price),
            receivedAt: .sample - age
        )
    }

    private func outcome(
        _ side: Side = .buy,
        _ execution: ExecutionType = .entry,
        type: OrderType = .market,
        trigger: String = "0",
        kind: ContractKind? = .stockFuture,
        tick: String? = "0.05",
        quote: Quote?,
        position: String? = nil,
        last: String? = nil,
        exchange: Exchange = "NFO"
    ) -> MarketProtection.Outcome {
        var command = OrderCommand.sample(1, execution, side: side, type: type, trigger: Self.price(trigger))
        command.instrument = Instrument(exchange, "X")
        let knowing = Knowledge(
            contract: kind.map { Self.contract($0, tick: tick) },
            quote: quote,
            positionPrice: position.map(Self.price),
            lastPrice: last.map(Self.price),
            now: .sample
        )
        return MarketProtection().outcome(for: command, knowing: knowing)
    }

    private func terms(_ outcome: MarketProtection.Outcome) -> String {
        switch outcome {
        case .asAsked: "as asked"
        case .unprotected: "unprotected"
        case .refused(let reason): "\(reason.tag.rawValue) \(reason.code ?? "")"
        case .protected(let terms):
            "\(terms.type.rawValue) \(terms.price)\(terms.type.hasTrigger ? " from \(terms.triggerPrice)" : "") "
                + "\(terms.protection?.basis.rawValue ?? "") \(terms.protection?.reference ?? .zero) \(terms.protection?.basisPoints ?? 0)"
        }
    }

    // MARK: Slabs

    @Test(arguments: [
        ("0.05", 200, 500), ("9.95", 200, 500), ("10", 200, 300), ("99.95", 200, 300), ("100", 100, 200),
        ("499.95", 100, 200), ("500", 50, 100), ("61000", 50, 100),
    ])
    func `the slab goes by price and by kind`(price: String, share: Int, option: Int) {
        for kind in ContractKind.allCases where kind != .index {
            let outcome = outcome(kind: kind, quote: Self.quote(price))
            guard case .protected(let terms) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(terms.protection?.basisPoints == (kind.isOption ? option : share), "\(kind)")
        }
    }

    @Test func `slabs that leave a price out or overlap are none`() {
        func slabs(_ bounds: [(String?, Int)]) -> PriceSlabs? {
            PriceSlabs(bounds.map { PriceSlabs.Slab(below: $0.0.map(Self.price), basisPoints: $0.1) })
        }
        #expect(slabs([(nil, 100)]) != nil)
        #expect(slabs([("10", 500), ("100", 300), (nil, 100)]) != nil)
        for wrong in [
            [], [("10", 500)], [(nil, 100), (nil, 100)], [("10", 1), ("10", 1), (nil, 1)],
            [("10", 1), ("5", 1), (nil, 1)],
            [("0", 1), (nil, 1)], [(nil, 0)], [(nil, 5001)],
        ] as [[(String?, Int)]] {
            #expect(slabs(wrong) == nil)
        }
    }

    // MARK: The reference

    @Test(
        arguments: [
            (Side.buy, "100.50", "LMT 101.55 opposite 100.50 100"), (.buy, "101.00", "LMT 102.05 opposite 101.00 100"),
            (.buy, "101.05", "LMT 101.00 last 100.00 100"), (.buy, "99.00", "LMT 101.00 opposite 99.00 200"),
            (.buy, "98.95", "LMT 101.00 last 100.00 100"), (.buy, nil, "LMT 101.00 last 100.00 100"),
            (.buy, "0", "LMT 101.00 last 100.00 100"), (.sell, "99.50", "LMT 97.50 opposite 99.50 200"),
            (.sell, "100.50", "LMT 99.45 opposite 100.50 100"), (.sell, "98.95", "LMT 99.00 last 100.00 100"),
            (.sell, nil, "LMT 99.00 last 100.00 100"),
        ] as [(Side, String?, String)]
    )
    func `the best opposite price counts where it lies within the slab of the last one`(
        side: Side,
        opposite: String?,
        expected: String
    ) {
        let quote = Self.quote("100", bid: side == .sell ? opposite : "1", ask: side == .buy ? opposite : "999")
        #expect(terms(outcome(side, quote: quote)) == expected)
        #expect(terms(outcome(side, .exit, quote: quote)) == expected)
    }

    @Test(arguments: [(Duration.seconds(3), true), (.seconds(3) + .microseconds(1), false), (.zero, true)])
    func `a quote counts for three seconds from when it came`(age: Duration, counts: Bool) {
        let entry = outcome(quote: Self.quote("100", age: age))
        #expect(terms(entry) == (counts ? "LMT 101.00 last 100.00 100" : "DATA_STALE quote_stale"))
    }

    @Test func `a refusal for age has the numbers compared`() {
        guard case .refused(let reason) = outcome(quote: Self.quote("100", age: .seconds(4))) else {
            Issue.record("An entry needs a fresh quote.")
            return
        }
        #expect(reason.limit == "3s")
        #expect(reason.observed == "4s")
    }

    // MARK: Without a quote

    @Test func `an entry without a quote is refused with the reason`() {
        #expect(terms(outcome(quote: nil)) == "DATA_STALE no_quote")
        #expect(terms(outcome(quote: nil, position: "100", last: "100")) == "DATA_STALE no_quote")
        #expect(terms(outcome(quote: Self.quote(nil, bid: "1", ask: "1"))) == "DATA_STALE no_last_price")
        #expect(terms(outcome(quote: Self.quote("0"))) == "DATA_STALE no_last_price")
        #expect(terms(outcome(kind: nil, quote: Self.quote("100"))) == "VALIDATION_FAILED kind_unknown")
    }

    @Test
    func
        `an exit without a quote goes by the position's price, then the day's, then what it cost, with twice the slab`()
    {
        func exit(_ quote: Quote?, _ position: String?, _ last: String?) -> String {
            terms(outcome(.sell, .exit, quote: quote, position: position, last: last))
        }
        let old = Self.quote("102", bid: "101", ask: "103", age: .seconds(60))
        #expect(exit(nil, "100", "101") == "LMT 98.00 position_last 100.00 200")
        #expect(exit(old, "100", "101") == "LMT 98.00 position_last 100.00 200")
        #expect(exit(old, nil, "101") == "LMT 99.95 last_known 102.00 200")
        #expect(exit(nil, nil, "101") == "LMT 98.95 last_known 101.00 200")
        #expect(exit(old, nil, nil) == "LMT 99.95 last_known 102.00 200")
        #expect(exit(old, "0", "0") == "LMT 99.95 last_known 102.00 200")
        #expect(exit(Self.quote(nil, bid: "101"), nil, nil) == "LMT 98.95 last_known 101.00 200")
    }

    @Test func `no quote never means no order: an exit of which no price is known goes out as it is`() {
        #expect(terms(outcome(.sell, .exit, quote: nil)) == "unprotected")
        #expect(terms(outcome(.sell, .exit, quote: Self.quote("100", age: .seconds(86_400)))) == "unprotected")
        #expect(terms(outcome(.sell, .exit, kind: nil, quote: nil)) == "unprotected")
    }

    @Test func `an exit of what is in no master takes the wider slab`() {
        #expect(terms(outcome(.sell, .exit, kind: nil, quote: Self.quote("50"))) == "LMT 48.50 last 50.00 300")
        let crude = outcome(.buy, .exit, kind: nil, quote: Self.quote("6000"), exchange: "MCX")
        #expect(terms(crude) == "LMT 6060.00 last 6000.00 100")
    }

    // MARK: Tick and circuit

    @Test(
        arguments: [
            (Side.buy, "1", "LMT 102.00 last 100.50 100"), (.sell, "1", "LMT 99.00 last 100.50 100"),
            (.buy, "0.0025", "LMT 101.505 last 100.50 100"), (.sell, "0.0025", "LMT 99.495 last 100.50 100"),
            (.buy, nil, "LMT 101.55 last 100.50 100"), (.sell, nil, "LMT 99.45 last 100.50 100"),
        ] as [(Side, String?, String)]
    )
    func `the limit is rounded to the tick, towards who is to trade with us`(
        side: Side,
        tick: String?,
        expected: String
    ) {
        #expect(terms(outcome(side, tick: tick, quote: Self.quote("100.50"))) == expected)
    }

    @Test func `a limit never falls to nothing`() {
        #expect(terms(outcome(.sell, kind: .stockOption, quote: Self.quote("0.05"))) == "LMT 0.05 last 0.05 500")
    }

    @Test func `the limit stays inside the day's circuit`() {
        func limit(_ side: Side, _ lower: String?, _ upper: String?) -> String {
            terms(outcome(side, quote: Self.quote("100", lower: lower, upper: upper)))
        }
        #expect(limit(.buy, "90", "100.52") == "LMT 100.50 last 100.00 100")
        #expect(limit(.sell, "99.48", "110") == "LMT 99.50 last 100.00 100")
        #expect(limit(.buy, "90", "110") == "LMT 101.00 last 100.00 100")
        #expect(limit(.buy, nil, "0") == "LMT 101.00 last 100.00 100")
        #expect(limit(.buy, "120", "90") == "LMT 101.00 last 100.00 100")
        #expect(limit(.buy, "102", nil) == "LMT 102.00 last 100.00 100")
    }

    @Test func `an old quote of the day still tells an exit the circuit`() {
        let old = Self.quote("100", lower: "99.5", upper: "110", age: .seconds(60))
        #expect(terms(outcome(.sell, .exit, quote: old, position: "100")) == "LMT 99.50 position_last 100.00 200")
        let yesterday = Self.quote("100", lower: "99.5", upper: "110", age: .seconds(86_400))
        #expect(terms(outcome(.sell, .exit, quote: yesterday, position: "100")) == "LMT 98.00 position_last 100.00 200")
    }

    // MARK: Stops

    @Test(arguments: [
        (Side.buy, ExecutionType.entry, "SL-LMT 101.00 from 100.00 trigger 100.00 100"),
        (.sell, .entry, "SL-LMT 99.00 from 100.00 trigger 100.00 100"),
        (.sell, .exit, "SL-LMT 99.00 from 100.00 trigger 100.00 100"),
    ])
    func `a stop at the market becomes one with a limit beyond its trigger, quote or not`(
        side: Side,
        execution: ExecutionType,
        expected: String
    ) {
        #expect(terms(outcome(side, execution, type: .stopMarket, trigger: "100", quote: nil)) == expected)
        let quote = Self.quote("300", bid: "299", ask: "301")
        #expect(terms(outcome(side, execution, type: .stopMarket, trigger: "100", quote: quote)) == expected)
    }

    @Test func `a stop's limit stays inside the circuit and never before its trigger`() {
        func stop(_ side: Side, _ execution: ExecutionType, _ lower: String, _ upper: String) -> String {
            let quote = Self.quote("100", lower: lower, upper: upper)
            return terms(outcome(side, execution, type: .stopMarket, trigger: "100", quote: quote))
        }
        #expect(stop(.buy, .entry, "90", "100.50") == "SL-LMT 100.50 from 100.00 trigger 100.00 100")
        #expect(stop(.buy, .entry, "90", "99") == "VALIDATION_FAILED trigger_outside_circuit")
        #expect(stop(.buy, .exit, "90", "99") == "SL-LMT 100.00 from 100.00 trigger 100.00 100")
        #expect(stop(.sell, .entry, "101", "110") == "VALIDATION_FAILED trigger_outside_circuit")
        #expect(stop(.sell, .exit, "101", "110") == "SL-LMT 100.00 from 100.00 trigger 100.00 100")
    }

    @Test func `an exit's trigger between two ticks moves to where it triggers sooner`() {
        func stop(_ side: Side) -> String {
            terms(outcome(side, .exit, type: .stopMarket, trigger: "100.03", quote: nil))
        }
        #expect(stop(.sell) == "SL-LMT 99.00 from 100.05 trigger 100.05 100")
        #expect(stop(.buy) == "SL-LMT 101.00 from 100.00 trigger 100.00 100")
    }

    // MARK: All

    @Test(arguments: [OrderType.limit, .stopLimit]) func `an order with a limit stays as it is`(type: OrderType) {
        #expect(terms(outcome(type: type, trigger: "100", quote: nil)) == "as asked")
        #expect(terms(outcome(.sell, .exit, type: type, trigger: "100", quote: nil)) == "as asked")
    }

    /// Whatever the market shows: on tick, on the marketable side of the reference, within the circuit, and never a crash.
    @Test func `a protected price is on tick, marketable and inside the circuit`() {
        var random = SeededGenerator(seed: 5)
        let ticks = ["0.0025", "0.01", "0.05", "0.1", "1", "5"].map(Self.price)
        func price(_ top: Int64) -> Price { Price(tenThousandths: Int64.random(in: 1...top, using: &random)) }
        for _ in 0..<20_000 {
            let tick = ticks.randomElement(using: &random) ?? .zero
            let side: Side = Bool.random(using: &random) ? .buy : .sell
            let execution: ExecutionType = Bool.random(using: &random) ? .entry : .exit
            var contract = Self.contract(ContractKind.allCases.randomElement(using: &random) ?? .equity)
            contract.tick = tick
            let last = price([1000, 100_000, 100_000_000].randomElement(using: &random) ?? 1000)
            let lower = Price(tenThousandths: last.tenThousandths * Int64.random(in: 70...99, using: &random) / 100)
            let upper = Price(tenThousandths: last.tenThousandths * Int64.random(in: 101...130, using: &random) / 100)
            let quote = Quote(
                last: last,
                bid: price(2 * last.tenThousandths),
                ask: price(2 * last.tenThousandths),
                lowerCircuit: lower,
                upperCircuit: upper,
                receivedAt: .sample
            )
            let command = OrderCommand.sample(1, execution, side: side)
            let knowing = Knowledge(contract: contract, quote: quote, now: .sample)
            guard case .protected(let terms) = MarketProtection().outcome(for: command, knowing: knowing) else {
                Issue.record("a fresh quote protects")
                return
            }
            #expect(terms.price.isMultiple(of: tick) && terms.price > .zero)
            let (floor, ceiling) = (lower.raised(to: tick), upper.floored(to: tick))
            guard floor <= ceiling, floor > .zero, ceiling > .zero else { continue }
            #expect(terms.price >= floor && terms.price <= ceiling)
            // Marketable, except where the circuit itself forbids it.
            guard let limit = terms.protection else {
                Issue.record("a protected price says what it was made from")
                return
            }
            let reference = limit.reference
            #expect(
                side == .buy
                    ? terms.price >= reference || terms.price == ceiling
                    : terms.price <= reference || terms.price == floor
            )
            // No further than the slab and one tick.
            let away = abs(terms.price.tenThousandths - reference.tenThousandths)
            let allowed =
                Int64(Int128(reference.tenThousandths) * Int128(limit.basisPoints) / 10_000) + tick.tenThousandths
            #expect(away <= allowed || terms.price == floor || terms.price == ceiling)
        }
    }

    @Test func `prices beyond any that exist are no prices`() {
        let huge = Price(tenThousandths: .max)
        let quote = Quote(last: huge, bid: huge, ask: huge, lowerCircuit: huge, upperCircuit: huge, receivedAt: .sample)
        #expect(terms(outcome(quote: quote)) == "DATA_STALE no_last_price")
        #expect(terms(outcome(.sell, .exit, quote: quote)) == "unprotected")
    }
}
