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
        #expect(rows.map { $0["prd"] } == ["M"])
        #expect(rows.map { $0["netqty"] } == ["-30"])
        #expect(rows.map { $0["cfbuyqty"] } == ["0"])
        #expect(rows.map { $0["cfsellqty"] } == ["30"])
        #expect(rows.map { $0["daybuyqty"] } == ["0"])
        // The day's result starts at nothing, from the price that the position was carried at.
        #expect(rows.map { $0["urmtom"] } == ["0.00"])
        #expect(rows[0]["netavgprc"] == "60500.00")
        #expect(rows[0]["upldprc"] != "60500.00")
        // What was bought for delivery lies in the depository.
        let holdings = await broker.call("Holdings").elements
        #expect(holdings?.map { $0["holdqty"] } == ["7"])
        let limits = await broker.call("Limits")
        #expect(limits["rpnl"] == "0.00")

        await broker.control("price", ["exch": "NFO", "tsym": "BANKNIFTY29DEC26F", "price": "60400"])
        #expect(await broker.positions()[0]["urmtom"] == "3000.00")
        await broker.place(future(["trantype": "B"]))
        #expect(await broker.positions()[0]["netqty"] == "0")
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
        await broker.place(future([:]))
        broker.now += Self.day
        await broker.place(future(["qty": "60"]))
        func convert(_ quantity: String) async -> JSONValue? {
            await broker.call(
                "ProductConversion",
                [
                    "exch": "NFO", "tsym": "BANKNIFTY29DEC26F", "qty": .string(quantity), "prd": "I", "prevprd": "M",
                    "trantype": "B", "postype": "DAY",
                ]
            )["stat"]
        }
        #expect(await convert("90") == "Not_Ok")
        #expect(await convert("60") == "Ok")
        #expect(await broker.positions().map { $0["netqty"] } == ["30", "60"])
    }

    @Test func `holdings, cash and yesterday's close outlive a crash`() async throws {
        let folder = try BooksFolder()
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place(["prctyp": "MKT", "prc": "0", "prd": "C", "qty": "7"])
        await broker.place(["prctyp": "MKT", "prc": "0", "prd": "I", "qty": "5"])
        await broker.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1850.00"])
        broker.now += Self.day
        await broker.place(["prc": "1700.00"])
        await broker.control("holding", ["account": "FA00002", "exch": "NSE", "tsym": "SBIN-EQ", "quantity": 3])
        func state() async -> [JSONValue] {
            [
                await broker.call("Holdings"), await broker.call("Holdings", account: "FA00002"),
                await broker.call("Limits")["cash"] ?? .null,
                await broker.call("GetQuotes", ["exch": "NSE", "token": "22"])["c"] ?? .null,
            ]
        }
        let before = await state()
        #expect(before[0].elements?.first?["holdqty"] == "7")
        #expect(before[1].elements?.first?["holdqty"] == "3")
        #expect(before[2] != "10000000.00")
        #expect(before[3] == "1850.00")
        try await broker.reopen(crashed: true)
        #expect(await state() == before)
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
