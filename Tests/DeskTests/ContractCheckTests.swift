import Desk
import TestSupport
import Testing
import Trading

/// The desk with the masters loaded: what they refuse at registration, and what they do to exits.
@Suite struct ContractCheckTests {
    private static let future = PositionKey(Instrument("NFO", "NIFTY29DEC26F"), .margin)
    private static let stockOption = PositionKey(Instrument("NFO", "ACC29DEC26C1800"), .margin)

    private func driver(_ settings: DeskSettings = .sample()) -> DeskDriver {
        var driver = DeskDriver(settings)
        driver.step(.contracts(ContractRuleTests.table))
        return driver
    }

    @Test func `a leg that its contract does not allow ends as invalid, and nothing is sent`() throws {
        var driver = driver()
        let legs: [Alert.Leg] = [
            .sample(.buy, 100, of: Self.future), .sample(.buy, 300, of: Self.stockOption, index: 1),
        ]
        let output = driver.step(.alert(.sample(legs: legs)))
        guard case .registered(_, let records, let problems) = output.reply else {
            Issue.record("Every alert that can be read is registered.")
            return
        }
        #expect(problems.map(\.field) == ["legs[0].qty", "legs[1].order_type"])
        #expect(records.map { $0.state.reason?.tag } == [.validationFailed, .validationFailed])
        #expect(driver.actions.isEmpty)
    }

    @Test func `an order that fits goes, also after a new set came`() throws {
        var driver = driver()
        try driver.place(.sample(legs: [.sample(.buy, 65, of: Self.future)]))
        driver.step(.contracts(.empty))
        try driver.place(.sample(strategy: .other, legs: [.sample(.buy, 7, of: Self.stockOption)]))
    }

    @Test func `an adjustment that adds is held to the contract, one that reduces is not`() throws {
        var driver = driver()
        try driver.hold(130, of: Self.future)
        let adding = driver.alert(.sample(.adjust, legs: [.sample(.buy, 60, of: Self.future)]))
        #expect(adding.first?.state.reason?.tag == .validationFailed)
        let reducing = driver.alert(.sample(.adjust, legs: [.sample(.sell, 100, of: Self.future)]))
        #expect(reducing.first?.state == .sending)
        #expect(reducing.first?.quantity == 100)
    }

    @Test(
        arguments: [
            (130, nil, 130), (130, 65, 65), (130, 100, 100), (130, 64, 64), (130, 130, 130), (50, nil, 50),
            (50, 60, 50),
        ] as [(Int, Int?, Int)]
    )
    func `an exit is what was asked, up to all that is held: only the broker may refuse it`(
        held: Int,
        asked: Int?,
        sent: Int
    ) throws {
        var driver = DeskDriver()
        try driver.hold(held, of: Self.future)
        driver.step(.contracts(ContractRuleTests.table))
        let exit = try #require(driver.alert(.exit([.exit(asked, of: Self.future.instrument)])).first)
        #expect(exit.state == .sending)
        #expect(exit.quantity == sent)
        #expect(exit.command.askedQuantity == asked)
    }

    @Test func `what is held is closed though its contract has expired or is unknown`() throws {
        var driver = DeskDriver()
        let expired = PositionKey(Instrument("NFO", "NIFTY20NOV26C25000"), .margin)
        try driver.hold(65, of: expired)
        try driver.hold(100, strategy: .other)
        driver.step(.contracts(ContractRuleTests.table))
        #expect(driver.alert(.exit([])).first?.state == .sending)
        #expect(driver.alert(.exit([], strategy: .other)).first?.state == .sending)
    }
}
