import Testing
import Trading

@Suite struct ExpiryTests {
    @Test(arguments: [
        ("NFO", "NIFTY24NOV26C25000", 24, 11), ("NFO", "BANKNIFTY29DEC26F", 29, 12), ("MCX", "GOLDM05DEC26", 5, 12),
        ("BFO", "SENSEX26NOV26P84000", 26, 11), ("CDS", "USDINR27NOV26F", 27, 11),
    ])
    func `a contract's symbol spells its last day`(exchange: String, symbol: String, day: Int, month: Int) {
        let expiry = Instrument(Exchange(exchange), symbol).expiryInSymbol
        #expect(expiry == CivilDate(year: 2026, month: month, day: day))
    }

    @Test(arguments: [
        ("NSE", "NIFTY24NOV26C25000"), ("NFO", "NIFTY"), ("BFO", "SENSEX25N0484000CE"), ("NFO", "X31FEB26F"),
        ("NFO", ""), ("NFO", "24NOV2"),
    ])
    func `one that spells none has none`(exchange: String, symbol: String) {
        #expect(Instrument(Exchange(exchange), symbol).expiryInSymbol == nil)
    }
}
