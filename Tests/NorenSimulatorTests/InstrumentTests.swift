import JSONText
import Testing

@testable import NorenSimulator

@Suite struct InstrumentTests {
    @Test func `contracts expire on the last Tuesday of the next two months`() {
        let november = CalendarDay(year: 2026, month: 11, day: 23)
        #expect(InstrumentCatalogue.nextExpiries(after: november).map(\.inSymbol) == ["24NOV26", "29DEC26"])
        let later = CalendarDay(year: 2026, month: 11, day: 25)
        #expect(InstrumentCatalogue.nextExpiries(after: later).map(\.inSymbol) == ["29DEC26", "26JAN27"])
        let december = CalendarDay(year: 2026, month: 12, day: 30)
        #expect(InstrumentCatalogue.nextExpiries(after: december).map(\.inMaster) == ["26-JAN-2027", "23-FEB-2027"])
    }

    @Test(arguments: ["BANKNIFTY29DEC26C61500", "BANKNIFTY29DEC26P58500", "NIFTY29DEC26F", "NIFTY24NOV26C25000"])
    func `the contracts that samples name exist in November 2026`(symbol: String) {
        #expect(Exchange.sample().instruments.number(exchange: "NFO", symbol: symbol) != nil)
    }

    @Test func `several words narrow a search`() throws {
        var exchange = Exchange.sample()
        let found = try exchange.request("SearchScrip", ["uid": "FA00001", "exch": "NFO", "stext": "NIFTY 29DEC26 F"])
        #expect(found["values"]?.elements?.contains { $0["tsym"] == "NIFTY29DEC26F" } == true)
        let none = try exchange.request("SearchScrip", ["uid": "FA00001", "stext": "ZZQQXX"])
        #expect(none["emsg"] == "No Data :  ")
    }

    @Test func `an index is quoted`() throws {
        var exchange = Exchange.sample()
        let quote = try exchange.request("GetQuotes", ["uid": "FA00001", "exch": "NSE", "token": "26000"])
        #expect(quote["lp"] == "25000.00")
    }
}
