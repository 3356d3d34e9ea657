import TestSupport
import Testing
import Trading

/// A-04, as far as a command can be judged without the market's master data.
@Suite struct ValidationTests {
    private func fields(_ command: OrderCommand) -> [String] { command.problems.map(\.field) }

    @Test func `the sample has no problem`() {
        #expect(OrderCommand.sample().problems.isEmpty)
        #expect(OrderCommand.sample(type: .limit, price: .rupees(100)).problems.isEmpty)
        #expect(OrderCommand.sample(type: .stopMarket, trigger: .rupees(100)).problems.isEmpty)
    }

    @Test(arguments: [0, -1, 10_000_001])
    func `the quantity is between one and the largest`(quantity: Int) {
        #expect(fields(.sample(quantity: quantity)) == ["qty"])
    }

    @Test(arguments: [1, 10_000_000])
    func `the smallest and the largest quantity are allowed`(quantity: Int) {
        #expect(OrderCommand.sample(quantity: quantity).problems.isEmpty)
    }

    @Test(arguments: ["NSE", "NFO", "BSE", "BFO", "MCX", "CDS"] as [Exchange])
    func `six exchanges are traded`(exchange: Exchange) {
        var command = OrderCommand.sample()
        command.instrument = Instrument(exchange, "X")
        #expect(command.problems.isEmpty)
    }

    @Test(arguments: ["NCX", "nse", ""] as [Exchange])
    func `no other exchange is traded`(exchange: Exchange) {
        var command = OrderCommand.sample()
        command.instrument = Instrument(exchange, "X")
        #expect(fields(command) == ["exchange"])
    }

    @Test func `a limit order needs a price`() {
        #expect(fields(.sample(type: .limit)) == ["price"])
        #expect(fields(.sample(type: .stopLimit, trigger: .rupees(1))) == ["price"])
        #expect(fields(.sample(type: .limit, price: Price(tenThousandths: -1))) == ["price"])
        #expect(fields(.sample(type: .limit, price: Price(tenThousandths: 100_000_000_001))) == ["price"])
    }

    @Test func `a stop order needs a trigger`() {
        #expect(fields(.sample(type: .stopMarket)) == ["trigger_price"])
        #expect(fields(.sample(type: .stopLimit, price: .rupees(1))) == ["trigger_price"])
    }

    @Test(arguments: [(Side.buy, 100, 101), (.sell, 101, 100)] as [(Side, Int64, Int64)])
    func `a stop-limit order triggers before its limit`(side: Side, price: Int64, trigger: Int64) {
        func stop(_ price: Int64, _ trigger: Int64) -> OrderCommand {
            .sample(side: side, type: .stopLimit, price: .rupees(price), trigger: .rupees(trigger))
        }
        #expect(fields(stop(price, trigger)) == ["trigger_price"])
        #expect(stop(price, price).problems.isEmpty)
        #expect(stop(trigger, price).problems.isEmpty)
    }

    @Test func `a stop loss stands on the losing side and a target on the winning one`() {
        func entry(_ side: Side, _ stop: Int64, _ target: Int64) -> [String] {
            let protection = Protection(stopLoss: .rupees(stop), target: .rupees(target))
            return fields(.sample(side: side, type: .limit, price: .rupees(100), protection: protection))
        }
        #expect(entry(.buy, 99, 101).isEmpty)
        #expect(entry(.sell, 101, 99).isEmpty)
        #expect(entry(.buy, 100, 100) == ["stop_loss", "target"])
        #expect(entry(.sell, 99, 101) == ["stop_loss", "target"])
        #expect(entry(.buy, -1, 0).contains("stop_loss"))
    }

    @Test func `a trail needs its type and its value`() {
        #expect(fields(.sample(protection: Protection(trailingType: .points))) == ["trailing_value"])
        #expect(fields(.sample(protection: Protection(trailingValue: .rupees(1)))) == ["trailing_value"])
        let both = Protection(trailingType: .percent, trailingValue: .rupees(1))
        #expect(OrderCommand.sample(protection: both).problems.isEmpty)
    }

    @Test(arguments: [
        ("MKT", OrderType.market), ("market", .market), ("LMT", .limit), ("Limit", .limit), ("SL", .stopLimit),
        ("sl-lmt", .stopLimit), ("SLM", .stopMarket), ("SL-MKT", .stopMarket),
    ])
    func `every spelling of an order type is read`(text: String, type: OrderType) {
        #expect(OrderType(named: text) == type)
    }

    @Test func `products are read by letter and by name`() {
        #expect(
            ["C", "cnc", "M", "NRML", "i", "MIS"].map { Product(named: $0)?.code } == ["C", "C", "M", "M", "I", "I"]
        )
        #expect(Product(named: "H") == nil)
        #expect(OrderType(named: "IOC") == nil)
    }
}
