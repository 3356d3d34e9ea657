import Trading

/// All that a desk keeps of an order that has ended.
struct ClosedOrder: Sendable {
    var record: OrderRecord
    /// What is booked under its number.
    var fills = BookedFills()
    /// When we learned its number.
    var numberLearned: Timestamp?
    /// What was inferred to be filled before the fills came.
    var inferred: Booked?
    /// Nil where its group had left the desk before.
    var group: ClosedGroup?
}

/// What a group's orders need to know of each other once they have ended. Its key is the store's to know.
struct ClosedGroup: Hashable, Sendable {
    var source: Source
    var receivedAt: Timestamp
    var commands: [CommandID]
}

/// What the broker's books are compared with, in an order that has ended.
struct ClosedGlance {
    let id: CommandID
    let word: StateWord
    let tradingDay: TradingDay
    let number: BrokerOrderID?
    let numberLearned: Timestamp?
    let filled: Int
    let terms: WorkingTerms
    let fills: BookedFills
    let inferred: Booked?
}

/// What many orders of a day have in common.
struct OrderShape: Hashable, Sendable {
    let client: ClientID
    let source: Source
    let strategy: StrategyName
    let executionType: ExecutionType
    let instrument: Instrument
    let product: Product
    let side: Side
    let reduces: Bool
    let type: OrderType
    let validity: Validity
    let test: TestOutcome?
    let tradingDay: TradingDay

    init(_ record: OrderRecord) {
        let command = record.command
        client = command.client
        source = command.source
        strategy = command.strategy
        executionType = command.executionType
        instrument = command.instrument
        product = command.product
        side = command.side
        reduces = command.reduces
        type = command.type
        validity = command.validity
        test = command.test
        tradingDay = record.tradingDay
    }

    /// The rest tells few apart.
    func hash(into hasher: inout Hasher) {
        hasher.combine(strategy)
        hasher.combine(instrument)
        hasher.combine(side)
    }

    func _rawHashValue(seed: Int) -> Int {
        strategy._rawHashValue(seed: instrument._rawHashValue(seed: side == .buy ? seed : ~seed))
    }
}
