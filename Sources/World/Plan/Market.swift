import Desk
import Trading

/// What is traded in a world, and how its exchange takes it.
struct Market: Sendable {
    /// Orders without a limit are not taken from programs: they go out with one.
    let protects: Bool
    /// More than this is not taken in one order; nil where there is no limit.
    let largestQuantity: Int?
    /// Whether rows tell how often an order was changed.
    let countsRevisions: Bool
    /// Empty where no masters are loaded.
    let contracts: ContractTable

    static let positions: [PositionKey] = [
        PositionKey(Instrument("NFO", "BANKNIFTY29DEC26F"), .margin),
        PositionKey(Instrument("NFO", "NIFTY29DEC26F"), .margin),
        PositionKey(Instrument("NFO", "NIFTY29DEC26F"), .intraday),
        PositionKey(Instrument("NSE", "ACC-EQ"), .intraday),
        PositionKey(Instrument("MCX", "GOLDM05FEB27"), .margin),
        PositionKey(Instrument("BFO", "SENSEX29DEC26F"), .margin),
        PositionKey(Instrument("NFO", "FINNIFTY29DEC26F"), .margin),
        PositionKey(Instrument("NFO", "MIDCPNIFTY29DEC26F"), .margin),
        PositionKey(Instrument("NSE", "TCS-EQ"), .intraday),
    ]

    init(_ chance: inout Chance) {
        protects = chance.happens(25)
        largestQuantity = chance.happens(25) ? chance.oneOf([20, 50, 70]) : nil
        countsRevisions = chance.happens(50)
        contracts = protects || largestQuantity != nil ? Self.contracts : .empty
    }

    /// Desks of this market's clients.
    func settle(_ settings: inout DeskSettings) {
        settings.protection = protects ? MarketProtection() : nil
        settings.contractRules = ContractRules(requiresMaster: false, protectsMarket: protects)
        settings.slicesOrders = largestQuantity != nil
    }

    private static let contracts: ContractTable = {
        var builder = ContractTableBuilder()
        for (number, instrument) in Set(positions.map(\.instrument)).sorted().enumerated() {
            let isShare = instrument.exchange == "NSE"
            builder.add(
                Contract(
                    instrument: instrument,
                    token: "\(1000 + number)",
                    underlying: "U\(number)",
                    kind: isShare ? .equity : instrument.exchange == "MCX" ? .commodityFuture : .indexFuture,
                    lot: isShare ? 1 : 10,
                    tick: Price(tenThousandths: 500),
                    expiry: isShare ? nil : CivilDate(daysSince1970: 21_000)
                )
            )
        }
        return builder.finish()
    }()
}
