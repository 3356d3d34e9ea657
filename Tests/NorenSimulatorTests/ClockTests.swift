import JSONText
import Testing

@testable import NorenSimulator

@Suite struct ClockTests {
    @Test func `the clock is moved, stands, runs, and never goes back`() {
        var clock = MarketClock { noon }
        #expect(clock.now == noon)
        let moved = clock.move(to: noon + 5)
        #expect(moved && clock.now == noon + 5)
        let wentBack = clock.move(to: noon)
        #expect(!wentBack)
        clock.stand()
        #expect(clock.isStanding)
        let movedOn = clock.move(to: noon + 9)
        #expect(movedOn)
        clock.run()
        #expect(clock.now == noon + 9)
    }

    @Test func `moving the clock plays the day and pushes what happens`() async throws {
        try await withSimulator { running in
            #expect(await running.control("hours", ["hours": "exchange"])["phase"] == "open")
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            _ = try await running.call("PlaceOrder", .order(["prc": "1850.00"]), token)
            let squared = await running.control("clock", ["set": "15:20"])
            #expect(squared["time"] == "23-11-2026 15:20:00")
            try await eventually { listener.reports().filter { $0 == "Fill" }.count == 2 }
            #expect(await running.orders().map { $0["ordersource"] } == ["API", "TT"])
            #expect(await running.control("clock", ["advance_ms": 600_000])["phase"] == "closed")
            let next = await running.control("clock", ["set": "24-11-2026 09:30:00", "standing": true])
            #expect(next["phase"] == "open")
            #expect(next["standing"] == true)
            #expect(await running.orders().isEmpty)
            let expired = try await running.call("OrderBook", ["uid": "FA00001"], token).json?["emsg"]
            #expect(expired == "Session Expired :  Invalid Session Key")
        }
    }

    @Test(
        arguments: [
            ["set": "22-11-2026 10:00"], ["set": "25:00"], ["set": "12:60"], ["set": "soon"], ["advance_ms": -1],
            ["set": "31-12-2099 10:00"], ["set": "32-12-2026 10:00"], ["standing": "maybe"],
        ] as [JSONValue]
    )
    func `a clock that cannot be set so says why`(input: JSONValue) async throws {
        try await withSimulator { running in
            #expect(await running.control("clock", input)["error"] != nil)
            #expect(await running.control("clock")["now"]?.integer == Int(noon))
        }
    }
}
