import JSONText
import Testing

@testable import NorenSimulator

@Suite struct ControlTests {
    private static let share: [(String, JSONValue)] = [("exch", "NSE"), ("tsym", "ACC-EQ")]

    private func share(_ more: [String: JSONValue]) -> JSONValue {
        .object((Self.share + more.map { ($0.key, $0.value) }).map { JSONMember($0.0, $0.1) })
    }

    @Test func `an order can be held, filled by hand and cancelled by the exchange`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.control("hold", share(["held": true]))
            let placed = try await running.call("PlaceOrder", .order(["qty": "10", "prc": "1850.00"]), token)
            let number = try #require(placed.json?["norenordno"])
            let filled = await running.control("fill", ["norenordno": number, "quantity": 4, "price": "1799.95"])
            #expect(filled["ok"] == true)
            #expect(await running.control("fill", ["norenordno": number, "quantity": 7])["error"] != nil)
            #expect(await running.control("cancel", ["norenordno": number])["ok"] == true)
            #expect(await running.control("cancel", ["norenordno": number])["error"] != nil)
            let order = try #require(await running.orders().first)
            #expect(order["status"] == "CANCELED")
            #expect(order["fillshares"]?.integer == 4)
            #expect(order["avgprc"] == "1799.95")
            #expect(order["fills"]?.elements?.first?["flqty"]?.integer == 4)
            let positions = await running.control("ledger")["accounts"]?["FA00001"]?["positions"]?.elements
            #expect(positions?.first?["netqty"]?.integer == 4)
        }
    }

    @Test func `a manual order comes from the app and carries no remarks`() async throws {
        try await withSimulator { running in
            await running.control("profile", ["profile": "2026"])
            let answer = await running.control("place", .manual(["prctyp": "MKT", "remarks": "x"]))
            #expect(answer["norenordno"] != nil)
            let order = try #require(await running.orders().first)
            #expect(order["remarks"] == .null)
            #expect(order["ordersource"] == "MOB")
            #expect(order["status"] == "COMPLETE")
            #expect(await running.control("place", .manual(["qty": "x"]))["error"] != nil)
        }
    }

    @Test func `a fill limit and a price work through control`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.control("fill_limit", share(["quantity": 60]))
            _ = try await running.call("PlaceOrder", .order(["qty": "100"]), token)
            await running.control("price", share(["price": "1700"]))
            #expect(await running.orders().first?["fillshares"]?.integer == 60)
            await running.control("fill_limit", share(["quantity": .null]))
            #expect(await running.orders().first?["status"] == "COMPLETE")
        }
    }

    @Test func `limits can be switched on while running`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            await running.control("limits", ["limits": "on"])
            var refused = 0
            for _ in 0..<12 {
                let answer = try await running.call("Limits", ["uid": "FA00001"], token)
                if answer.json?["stat"] == "Not_Ok" { refused += 1 }
            }
            #expect(refused == 2)
        }
    }

    @Test(
        arguments: [
            ("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "-1"]), ("price", ["exch": "NSE", "tsym": "X"]),
            ("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1800.03"]),
            ("freeze", ["frozen": "maybe"]), ("hold", ["exch": "NSE", "tsym": "ACC-EQ"]), ("push", ["mode": "loud"]),
            ("fill", ["norenordno": "1", "quantity": 1]), ("session/kill", ["account": "FA99999"]),
            ("profile", ["profile": "1999"]), ("limits", [:]), ("fault", ["kind": "hang", "endpoint": "Nope"]),
            ("fault", ["kind": "refuse"]), ("fault", ["kind": "hang", "count": 0]),
        ] as [(String, JSONValue)]
    )
    func `bad input says what is wrong`(call: String, input: JSONValue) async throws {
        try await withSimulator { running in
            #expect(await running.control(call, input)["error"] != nil)
        }
    }
}
