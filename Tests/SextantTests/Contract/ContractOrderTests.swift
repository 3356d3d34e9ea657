import JSONText
import NIOHTTP1
import Testing
import Trading

/// The one order object and its closed lists, read from the page.
@Suite(.serialized) struct ContractOrderTests {
    @Test func `the closed lists of the page are those of the code`() throws {
        let page = try ContractPage()
        #expect(try page.words("state") == StateWord.allCases.map(\.rawValue))
        #expect(try page.words("status") == OrderStatus.allCases.map(\.rawValue))
        #expect(try page.words("source") == Source.allCases.map(\.rawValue))
        #expect(try page.words("execution_type") == ExecutionType.allCases.map(\.rawValue))
        #expect(try page.words("tag, closed list") == OrderTag.allCases.map(\.rawValue))
    }

    @Test func `an order has exactly the keys of the page, in HTTP and on the command line, whatever became of it`()
        async throws
    {
        let keys = try ContractPage().orderKeys
        #expect(keys.count == 35)
        try await Sandbox.trading { _, server in
            let filled = try await server.post(Alerts.entry("S"))
            try await server.until(filled.ids.first ?? "", is: "filled")
            let resting = NativeAPITests.order("R", ["order_type": "LMT", "price": "1700.05"]).utf8
            let placed = try await server.send(.POST, "/v1/orders", resting, headers: [NativeAPITests.bearer])
            #expect(placed.json.members?.map(\.name) == keys)
            try await server.until(placed.json["command_id"]?.string ?? "", is: "working")
            _ = try await server.post(Alerts.exit("NOBODY", [["tradingsymbol": "ACC-EQ"]]))
            let listed = try await server.get("/v1/orders", bearer: Sandbox.key).orders
            #expect(listed.count == 3)
            for order in listed {
                #expect(order.members?.map(\.name) == keys)
                Self.expectForms(order)
                let id = order["command_id"]?.string ?? ""
                let one = try await server.get("/v1/orders/\(id)", bearer: Sandbox.key).json
                #expect(one.members?.map(\.name) == keys + ["timeline"])
                let shown = try await server.order(id)
                #expect(shown.members?.map(\.name) == keys + ["timeline"])
                Self.expectTimeline(one["timeline"]?.elements ?? [])
            }
            #expect(Set(listed.compactMap { $0["state"]?.string }) == ["filled", "working", "blocked"])
        }
    }

    /// Money is a decimal string or null, quantities are integers, times are UTC with microseconds.
    private static func expectForms(_ order: JSONValue) {
        for name in ["price", "trigger_price", "average_price"] where order[name] != .null {
            #expect(order[name]?.string?.wholeMatch(of: #/-?[0-9]+\.[0-9]{2,4}/#) != nil, "\(name)")
        }
        for name in ["leg", "quantity", "filled_quantity", "version"] {
            guard case .number(let text) = order[name] else {
                Issue.record("\(name) is no number")
                continue
            }
            #expect(Int(text) != nil)
        }
        for name in ["created_at", "updated_at"] { #expect(isTime(order[name]), "\(name)") }
        for name in ["disputed", "test"] { #expect(order[name]?.bool != nil) }
    }

    private static func expectTimeline(_ entries: [JSONValue]) {
        #expect(!entries.isEmpty)
        for entry in entries {
            #expect(entry.members?.map(\.name) == ["sequence", "step", "event", "state", "at", "detail"])
            #expect((1...6).contains(entry["step"]?.integer ?? 0))
            #expect(isTime(entry["at"]))
            #expect(entry["detail"]?.members != nil)
        }
    }

    static func isTime(_ value: JSONValue?) -> Bool {
        value?.string?.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/#) != nil
    }
}
