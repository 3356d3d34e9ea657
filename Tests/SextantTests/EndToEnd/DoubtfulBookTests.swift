import JSONText
import Testing

/// books that lag, stand still, lack rows or are empty without reason.
@Suite(.serialized) struct DoubtfulBookTests {
    private static func settings() -> Sandbox.Settings {
        var settings = Sandbox.Settings()
        settings.absenceAfter = "500ms"
        return settings
    }

    @Test func `no book that contradicts what is known ends an unconfirmed order`() async throws {
        try await Sandbox.trading(Self.settings()) { sandbox, server in
            // The frozen books are those of a day on which nothing happened.
            for book in Self.books {
                try await sandbox.fault("stale", ["endpoint": .string(book), "count": -1])
            }
            let known = try await server.post(Alerts.entry("K", [Alerts.leg("SBIN-EQ", "BUY", 3)]))
            try await server.shows(known.ids.first ?? "", in: "filled")
            var round = 0
            for kind in ["stale", "empty", "lagging", "missing_rows", "cut_off"] {
                if kind != "stale" {
                    for book in Self.books {
                        let more: [String: JSONValue] = ["delay_ms": 600_000, "rows": 2, "count": -1]
                        try await sandbox.fault(kind, more.merging(["endpoint": .string(book)]) { $1 })
                    }
                }
                round += 1
                try await sandbox.control("push", ["mode": "drop"])
                try await sandbox.fault("lost_reply")
                let leg = Alerts.leg("ACC-EQ", "BUY", 1, price: "1700.00")
                let id = try await server.post(Alerts.entry("S\(round)", [leg])).ids.first ?? ""
                try await server.shows(id, in: "unconfirmed")
                // What cannot be read is read ever less often.
                try await sandbox.orderBooksRead(kind == "cut_off" ? 2 : 4)
                #expect(try await server.shown(id)["state"]?.string == "unconfirmed", "\(kind)")
                try await sandbox.control("faults/clear")
                try await sandbox.control("push", ["mode": "normal"])
                try await server.shows(id, in: "working")
            }
            #expect(try await sandbox.placements() == round + 1)
            #expect(try await server.differences() == [])
        }
    }

    @Test(arguments: [false, true])
    func `an order proved absent that appears after all is adopted, its rest cancelled, and the person told`(
        hasFilled: Bool
    ) async throws {
        try await Sandbox.trading(Self.settings()) { sandbox, server in
            try await sandbox.control("hold", ["exch": "NSE", "tsym": "ACC-EQ", "held": true])
            try await sandbox.control("push", ["mode": "drop"])
            // A book that lacks nothing but this one order contradicts nothing.
            for book in Self.books {
                try await sandbox.fault("missing_rows", ["endpoint": .string(book), "rows": 1, "count": -1])
            }
            try await sandbox.fault("lost_reply")
            let answer = try await server.post(Alerts.entry("S", [Alerts.leg("ACC-EQ", "BUY", 10, price: "1850.00")]))
            let id = answer.ids.first ?? ""
            #expect(try await server.shows(id, in: "not_sent")["reason_code"]?.string == "proved_absent")
            let number = try await sandbox.brokerOrders().first?["norenordno"] ?? ""
            if hasFilled {
                try await sandbox.control("fill", ["norenordno": number, "quantity": 4, "price": "1800.00"])
            }
            try await sandbox.control("faults/clear")
            try await sandbox.control("push", ["mode": "normal"])
            let order = try await server.shows(id, in: "cancelled")
            #expect(order["filled_quantity"]?.integer == (hasFilled ? 4 : 0))
            #expect(server.told("APPEARED_AFTER_ALL") == 1)
            #expect(try await sandbox.placements() == 1)
            #expect(try await server.differences() == [])
            guard hasFilled else { return }
            try await sandbox.control("hold", ["exch": "NSE", "tsym": "ACC-EQ", "held": false])
            let exit = try await server.post(Alerts.exit("S"))
            try await server.shows(exit.ids.first ?? "", in: "filled")
            #expect(try await sandbox.net("ACC-EQ") == 0)
        }
    }

    private static let books = ["OrderBook", "TradeBook", "PositionBook"]
}
