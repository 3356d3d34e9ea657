import JSONText
import Testing

@testable import NorenSimulator

@Suite struct HabitTests {
    @Test func `every habit can be read, set and set back by its name`() throws {
        for (name, value) in BrokerHabits().values {
            var habits = BrokerHabits()
            let other: String
            switch value {
            case "true": other = "false"
            case "false": other = "true"
            case "newest": other = "shuffled"
            case "either": other = "jkey"
            default: other = value == "200" ? "400" : "200"
            }
            try habits.set(name, to: other)
            #expect(habits != BrokerHabits(), "\(name)")
            #expect(habits.values.first { $0.name == name }?.value == other)
            try habits.set(name, to: value)
            #expect(habits == BrokerHabits(), "\(name)")
            #expect(throws: HabitError.self) { try habits.set(name, to: "nonsense") }
        }
        var habits = BrokerHabits()
        #expect(throws: HabitError.self) { try habits.set("no_such", to: "true") }
    }

    @Test func `the 0.0.22 client's words can be refused`() throws {
        var exchange = Exchange.sample()
        let words: JSONValue = .order(["amo": "NO", "trgprc": "None"])
        #expect(try exchange.request("PlaceOrder", words)["stat"] == "Ok")
        exchange.habits.acceptsAMONo = false
        #expect(try exchange.request("PlaceOrder", words)["emsg"] == "Invalid Input :  Invalid AMO")
        exchange.habits.acceptsAMONo = true
        exchange.habits.acceptsTriggerNone = false
        #expect(try exchange.request("PlaceOrder", words)["emsg"] == "Invalid Input :  Invalid Trigger Price")
    }

    @Test func `the book is sorted as the habit says`() throws {
        var exchange = Exchange.sample()
        for _ in 0..<8 { _ = try exchange.order() }
        func numbers() throws -> [String] {
            try exchange.request("OrderBook", ["uid": "FA00001"]).elements?.compactMap { $0["norenordno"]?.string }
                ?? []
        }
        let newest = try numbers()
        #expect(newest == newest.sorted(by: >))
        exchange.habits.bookOrder = .oldest
        #expect(try numbers() == newest.sorted())
        exchange.habits.bookOrder = .shuffled
        let first = try numbers()
        #expect(Set(first) == Set(newest))
        #expect(try first != numbers())
    }

    @Test func `a refused cancellation can look like a dead order, in the push but not in the book`() throws {
        var exchange = Exchange.sample()
        exchange.habits.refusedChangesLookRejected = true
        let order = try exchange.order(["prc": "1850.00"])
        exchange.cancel(order, at: noon)
        let report = try #require(exchange.orders[order].reports.last)
        #expect(report.type == .cancelRejected)
        #expect(exchange.row(of: exchange.orders[order], report).push["status"] == "REJECTED")
        let row = try exchange.request("OrderBook", ["uid": "FA00001"]).elements?.first
        #expect(row?["status"] == "COMPLETE")
        #expect(row?["rejreason"] == "SAF:order is not open to cancel")
    }

    @Test func `long remarks are refused from the limit on`() throws {
        var exchange = Exchange.sample()
        exchange.habits.remarksLimit = 20
        #expect(try exchange.request("PlaceOrder", .order(["remarks": "12345678901234567890"]))["stat"] == "Ok")
        #expect(try exchange.request("PlaceOrder", .order(["remarks": "123456789012345678901"]))["stat"] == "Not_Ok")
    }

    @Test func `older sockets live on and hear the same where that is the habit`() async throws {
        try await withSimulator { running in
            #expect(await running.control("habit", ["older_sockets_kept": true])["older_sockets_kept"] == "true")
            let token = try await running.logIn()
            let older = try await PushListener.loggedIn(running, token)
            let newer = try await PushListener.loggedIn(running, token)
            _ = try await running.call("PlaceOrder", .order(), token)
            try await eventually {
                older.reports() == ["NewAck", "PendingNew", "New"] && newer.reports() == older.reports()
            }
            #expect(await running.control("habit", ["no_such": true])["error"] != nil)
        }
    }
}
