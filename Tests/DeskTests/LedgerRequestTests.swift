import Desk
import TestSupport
import Testing
import Trading

/// A person's word about who holds what.
@Suite struct LedgerRequestTests {
    private func request(
        _ action: LedgerRequest.Action,
        confirm: Int? = nil,
        key: String? = nil,
        product: Product? = nil
    ) -> LedgerRequest {
        let symbol = Instrument.sample.symbol
        return LedgerRequest(
            action,
            symbol: symbol,
            product: product,
            confirm: confirm,
            by: "asha",
            reason: "seen in the app",
            key: key
        )
    }

    private func entries(_ reply: DeskReply?) -> [LedgerEntry]? {
        if case .ledger(let entries) = reply { entries } else { nil }
    }

    private func refusal(_ reply: DeskReply?) -> String? {
        if case .ledgerRefused(let text) = reply { text } else { nil }
    }

    /// alpha holds 100, and somebody sold them in the broker's app.
    private func closedByHand() throws -> DeskDriver {
        var driver = DeskDriver()
        try driver.hold()
        try driver.tradeOutside(.sell, 100)
        return driver
    }

    // MARK: force_close_strategy

    @Test func `what was closed by hand is force-closed against external, without an order`() throws {
        var driver = try closedByHand()
        let placements = driver.placements
        let reply = driver.step(.operate(request(.forceCloseStrategy(.sample)))).reply
        #expect(entries(reply)?.map(\.quantity) == [-100, 100])
        #expect(driver.held() == 0)
        #expect(driver.held(by: .external) == 0)
        #expect(driver.placements == placements)
        #expect(driver.audit.map(\.by) == ["asha"])
        #expect(driver.audit.first?.action == .forceCloseStrategy)
        #expect(driver.audit.first?.detail.contains("seen in the app") == true)
        #expect(driver.notified(.ledgerChanged).count == 1)
        driver.watch(seconds: 5)
        #expect(driver.desk.unattributed?.isEmpty == true)
        #expect(driver.alert(.sample()).first?.state == .sending)
    }

    @Test func `what is missing at the broker without a trade is force-closed too`() throws {
        var driver = DeskDriver()
        try driver.hold()
        driver.book.carried[.sample] = -100
        driver.watch(seconds: 3)
        #expect(driver.desk.unattributed?.map(\.quantity) == [-100])
        #expect(entries(driver.step(.operate(request(.forceCloseStrategy(.sample)))).reply)?.map(\.quantity) == [-100])
        driver.watch(seconds: 3)
        #expect(driver.desk.unattributed?.isEmpty == true)
    }

    @Test func `while the broker shows the quantity it takes its number`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let refused = refusal(driver.step(.operate(request(.forceCloseStrategy(.sample)))).reply)
        #expect(refused?.contains("\"confirm\": 100") == true)
        #expect(refusal(driver.step(.operate(request(.forceCloseStrategy(.sample), confirm: 99))).reply) != nil)
        #expect(driver.held() == 100)
        #expect(driver.audit.isEmpty)
        let done = driver.step(.operate(request(.forceCloseStrategy(.sample), confirm: 100))).reply
        #expect(entries(done)?.map(\.quantity) == [-100])
        #expect(driver.held() == 0)
        driver.watch(seconds: 3)
        #expect(driver.desk.unattributed?.map(\.quantity) == [100])
    }

    @Test func `while the position book is not known nothing counts as gone`() throws {
        var driver = try closedByHand()
        driver.wait(.seconds(40))
        let whole = LedgerRequest(.forceCloseStrategy(.sample), by: "asha", reason: "x")
        #expect(entries(driver.step(.operate(whole)).reply)?.count == 2)  // closed by external's own trade
        driver.readBooks()
        try driver.hold(50, strategy: .other)
        driver.wait(.seconds(40))
        let other = LedgerRequest(.forceCloseStrategy(.other), by: "asha", reason: "x")
        #expect(refusal(driver.step(.operate(other)).reply) != nil)
    }

    @Test func `an order that may still fill must be cancelled first`() throws {
        var driver = DeskDriver()
        try driver.hold()
        try driver.place(.sample(.adjust, legs: [.sample(.buy, 10, type: .limit, price: .rupees(90))]))
        try driver.tradeOutside(.sell, 100)
        let refused = refusal(driver.step(.operate(request(.forceCloseStrategy(.sample)))).reply)
        #expect(refused?.contains("cancel or resolve it first") == true)
        #expect(driver.held() == 100)
    }

    @Test func `a repeat is done once, by its key for good and by its content for a while`() throws {
        var driver = try closedByHand()
        let keyed = request(.forceCloseStrategy(.sample), key: "one")
        let first = entries(driver.step(.operate(keyed)).reply)
        driver.restart()
        driver.readBooks()
        #expect(entries(driver.step(.operate(keyed)).reply) == first)
        #expect(driver.audit.count == 1)
        #expect(refusal(driver.step(.operate(request(.forceClearSymbol, key: "one"))).reply) != nil)
        driver.book.carried[.sample] = 60
        driver.watch(seconds: 2)
        let adopt = request(.adopt(.sample, quantity: 20, at: nil))
        for _ in 0..<2 { driver.step(.operate(adopt)) }
        #expect(driver.held() == 20)
        driver.watch(seconds: 25)
        driver.step(.operate(adopt))
        #expect(driver.held() == 40)
    }

    // MARK: force_clear_symbol

    @Test func `a symbol is cleared of every holder, external included`() throws {
        var driver = try closedByHand()
        let cleared = entries(driver.step(.operate(request(.forceClearSymbol))).reply)
        #expect(cleared?.map(\.quantity).sorted() == [-100, 100])
        #expect(driver.held() == 0 && driver.held(by: .external) == 0)
    }

    @Test func `a symbol that the broker shows is cleared by its number only`() throws {
        var driver = DeskDriver()
        try driver.hold(40)
        #expect(refusal(driver.step(.operate(request(.forceClearSymbol))).reply)?.contains("\"confirm\": 40") == true)
        #expect(entries(driver.step(.operate(request(.forceClearSymbol, confirm: 40))).reply)?.count == 1)
    }

    // MARK: adopt

    @Test func `what nobody owns becomes a strategy's, and its exit closes it`() throws {
        var driver = DeskDriver()
        driver.book.carried[.sample] = 75
        driver.watch(seconds: 3)
        let adopt = request(.adopt(.sample, quantity: 75, at: .rupees(90)))
        #expect(entries(driver.step(.operate(adopt)).reply)?.map(\.holding.strategy) == [.sample])
        #expect(driver.holding() == Holding(quantity: 75, cost: 75 * 900_000))
        driver.watch(seconds: 3)
        #expect(driver.desk.unattributed?.isEmpty == true)
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.state == .sending && exit.quantity == 75)
    }

    @Test func `external gives what nobody owns does not cover`() throws {
        var driver = DeskDriver()
        driver.book.carried[.sample] = -20
        try driver.tradeOutside(.sell, 30)
        driver.watch(seconds: 3)
        driver.step(.operate(request(.adopt(.sample, quantity: -40, at: nil))))
        #expect(driver.held() == -40)
        #expect(driver.held(by: .external) == -10)
        driver.watch(seconds: 3)
        #expect(driver.desk.unattributed?.isEmpty == true)
    }

    @Test(arguments: [76, -1, 0]) func `more than is there, or the other way, is not adopted`(quantity: Int) throws {
        var driver = DeskDriver()
        driver.book.carried[.sample] = 75
        driver.watch(seconds: 3)
        let reply = driver.step(.operate(request(.adopt(.sample, quantity: quantity, at: nil)))).reply
        #expect(refusal(reply) != nil)
        #expect(driver.held() == 0)
    }

    @Test func `a symbol held under two products asks which`() throws {
        var driver = DeskDriver()
        driver.book.carried[.sample] = 10
        driver.book.carried[PositionKey(.sample, .intraday)] = 10
        driver.watch(seconds: 3)
        #expect(refusal(driver.step(.operate(request(.adopt(.sample, quantity: 5, at: nil)))).reply) != nil)
        let one = request(.adopt(.sample, quantity: 5, at: nil), product: .intraday)
        #expect(entries(driver.step(.operate(one)).reply)?.count == 1)
    }

    @Test func `an order from the broker's app becomes a strategy's with all it fills, before and after`() throws {
        var driver = DeskDriver()
        let number = driver.book.take(nil, .sample, .buy, 100, type: .limit, price: .rupees(100))
        try driver.fill(number, 30)
        let order = try #require(driver.records.first)
        #expect(driver.held(by: .external) == 30)
        let adopt = request(.adoptOrder(.sample, order.id))
        driver.step(.operate(adopt))
        #expect(driver.held() == 30 && driver.held(by: .external) == 0)
        try driver.fill(number, 70)
        #expect(driver.held() == 100 && driver.held(by: .external) == 0)
        #expect(try driver.order(order).command.strategy == .sample)
        #expect(driver.placements == 0)
        // Again, by another, and after a restart: it stays whose it is.
        driver.step(.operate(adopt))
        #expect(refusal(driver.step(.operate(request(.adoptOrder(.other, order.id)))).reply) != nil)
        driver.restart()
        driver.readBooks()
        #expect(driver.held() == 100)
        #expect(driver.audit.count == 1)
        let exit = try #require(driver.alert(.exit()).first)
        #expect(exit.quantity == 100)
    }

    @Test func `a resting order that closes is an exit on its way once it is adopted`() throws {
        var driver = DeskDriver()
        try driver.hold()
        let number = driver.book.take(nil, .sample, .sell, 100, type: .limit, price: .rupees(110))
        try driver.push(number)
        let order = try #require(driver.records.first { $0.command.strategy == .external })
        driver.step(.operate(request(.adoptOrder(.sample, order.id))))
        #expect(try driver.order(order).command.reduces)
        // A limit as urgent finds all of it being closed already.
        let exit = try #require(driver.alert(.exit([.exit(type: .limit, price: .rupees(105))])).first)
        #expect(exit.state.reason?.tag == .duplicateOrderBlocked)
    }

    @Test func `nobody adopts what Sextant sent itself`() throws {
        var driver = DeskDriver()
        let order = try driver.hold()
        #expect(refusal(driver.step(.operate(request(.adoptOrder(.other, order.id)))).reply) != nil)
        #expect(driver.held() == 100)
    }
}
