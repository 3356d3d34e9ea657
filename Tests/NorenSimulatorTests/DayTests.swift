import Foundation
import JSONText
import Testing

@testable import NorenSimulator

/// The change of the trading day, in a running simulator and in one that was down over midnight.
@Suite struct DayTests {
    static let day: Int64 = 86_400_000_000

    @Test(arguments: [false, true]) func `a new day has empty order and trade books; carried positions go on`(
        wasDown: Bool
    ) async throws {
        let folder = try BooksFolder()
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place(["prctyp": "MKT", "prc": "0", "prd": "I", "qty": "5"])
        await broker.place(["prctyp": "MKT", "prc": "0", "prd": "C", "qty": "7"])
        await broker.place(future(["trantype": "S"]))
        await broker.place(["prc": "1700.00", "prd": "C"])  // rests, and expires with its day
        await broker.control(
            "price",
            ["exch": "NFO", "tsym": "BANKNIFTY29DEC26F", "price": "60500"]
        )
        broker.now += Self.day
        if wasDown { try await broker.reopen(crashed: true) }
        #expect(await broker.call("OrderBook")["emsg"]?.string?.contains("no data") == true)
        #expect(await broker.call("TradeBook")["emsg"]?.string?.contains("no data") == true)
        let rows = await broker.positions()
        #expect(rows.map { $0["prd"] } == ["C", "M"])
        #expect(rows.map { $0["netqty"] } == ["7", "-30"])
        #expect(rows.map { $0["cfbuyqty"] } == ["7", "0"])
        #expect(rows.map { $0["cfsellqty"] } == ["0", "30"])
        #expect(rows.map { $0["daybuyqty"] } == ["0", "0"])
        // The day's result starts at nothing, from the price that the position was carried at.
        #expect(rows.map { $0["urmtom"] } == ["0.00", "0.00"])
        #expect(rows[1]["netavgprc"] == "60500.00")
        #expect(rows[1]["upldprc"] != "60500.00")
        let limits = await broker.call("Limits")
        #expect(limits["rpnl"] == "0.00")

        await broker.control("price", ["exch": "NFO", "tsym": "BANKNIFTY29DEC26F", "price": "60400"])
        #expect(await broker.positions()[1]["urmtom"] == "3000.00")
        await broker.place(future(["trantype": "B"]))
        #expect(await broker.positions()[1]["netqty"] == "0")
    }

    private func future(_ changes: [String: JSONValue]) -> [String: JSONValue] {
        [
            "exch": "NFO", "tsym": "BANKNIFTY29DEC26F", "prctyp": "MKT", "prc": "0", "prd": "M", "qty": "30",
        ].merging(changes) { $1 }
    }

    @Test func `yesterday's resting order does not trade today, and its number is not given again`() async throws {
        let folder = try BooksFolder()
        let broker = try await KeptSimulation(path: folder.file)
        let old = await broker.place(["prc": "1700.00"])
        broker.now += Self.day
        await broker.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1700.00"])
        #expect(await broker.positions().isEmpty)
        #expect(await broker.call("CancelOrder", ["norenordno": .string(old)])["stat"] == "Not_Ok")
        let new = await broker.place(["prc": "1690.00"])
        #expect(new.suffix(8) > old.suffix(8))
    }

    @Test func `a contract that expired is settled, also for who was down that day`() async throws {
        let folder = try BooksFolder()
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place(future(["tsym": "BANKNIFTY24NOV26F"]))
        broker.now += Self.day  // its last day
        #expect(await broker.positions().first?["netqty"] == "30")
        broker.now += Self.day
        try await broker.reopen(crashed: false)
        #expect(await broker.positions().isEmpty)
    }

    @Test func `what was carried cannot be converted as the day's own`() async throws {
        let folder = try BooksFolder()
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place(["prctyp": "MKT", "prc": "0", "prd": "C", "qty": "7"])
        broker.now += Self.day
        await broker.place(["prctyp": "MKT", "prc": "0", "prd": "C", "qty": "2"])
        func convert(_ quantity: String) async -> JSONValue? {
            await broker.call(
                "ProductConversion",
                [
                    "exch": "NSE", "tsym": "ACC-EQ", "qty": .string(quantity), "prd": "I", "prevprd": "C",
                    "trantype": "B", "postype": "DAY",
                ]
            )["stat"]
        }
        #expect(await convert("3") == "Not_Ok")
        #expect(await convert("2") == "Ok")
        #expect(await broker.positions().map { $0["netqty"] } == ["7", "2"])
    }

    @Test func `the same day changes nothing, and neither does a clock that goes back`() async throws {
        let folder = try BooksFolder()
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place(["prctyp": "MKT", "prc": "0"])
        broker.now += 10 * 3_600_000_000  // 23:00
        let before = await broker.books()
        broker.now -= 2 * Self.day
        try await broker.reopen(crashed: true)
        #expect(await broker.books() == before)
    }
}
