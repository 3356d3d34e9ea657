import JSONText
import Testing

@testable import NorenSimulator

@Suite struct PushTests {
    @Test func `an order's life is pushed in order`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1800"])
            let placed = try await running.call("PlaceOrder", .order(["prc": "1810.00"]), token)
            let number = try #require(placed.json?["norenordno"]?.string)
            try await eventually { listener.reports(number).count == 4 }
            #expect(listener.reports(number) == ["NewAck", "PendingNew", "New", "Fill"])
            let fill = try #require(listener.messages.last)
            #expect(fill["status"] == "COMPLETE")
            #expect(fill["flprc"] == "1800.05")
            #expect(fill["pcode"] == "I")
            #expect(fill["rejreason"] == " ")
        }
    }

    @Test(arguments: ["/NorenWSTP/", "/NorenWSTP", "/NorenWSAPI/", "//NorenWSAPI"])
    func `both connect frames are acknowledged on every path`(path: String) async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.open(port: running.port, path: path)
            listener.send(["t": "a", "uid": "FA00001", "actid": "FA00001", "accesstoken": .string(token)])
            try await eventually { listener.has("ak") && listener.has("ck") }
            #expect(listener.messages.allSatisfy { $0["s"] == "OK" })
            listener.disconnect()
        }
    }

    @Test func `a wrong token is refused and the socket stays open`() async throws {
        try await withSimulator { running in
            let listener = try await PushListener.open(port: running.port)
            listener.send(["t": "t", "k": "NSE|22"])
            listener.send(["t": "c", "uid": "FA00001", "susertoken": "wrong"])
            try await eventually { listener.has("ck") }
            #expect(listener.messages.count == 1)
            #expect(listener.messages.first?["s"] == "NOT_OK")
            #expect(!listener.isClosed)
            listener.disconnect()
        }
    }

    @Test func `pings, heartbeats and subscriptions are answered`() async throws {
        try await withSimulator { running in
            let listener = try await PushListener.loggedIn(running, try await running.logIn())
            listener.ping("{\"t\":\"h\"}")
            for message: JSONValue in [["t": "h"], ["t": "o", "actid": "FA00001"], ["t": "d", "k": "NSE|22"]] {
                listener.send(message)
            }
            listener.send(["t": "t", "k": "NSE|22#NSE|999999#NFO|"])
            try await eventually { listener.pongs == ["{\"t\":\"h\"}"] }
            try await eventually { ["hk", "ok", "dk", "tk"].allSatisfy { listener.has($0) } }
            await running.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1811.15"])
            try await eventually { listener.has("tf") && listener.has("df") }
            let change = try #require(listener.messages.first { $0["t"] == "tf" })
            #expect(change["lp"] == "1811.15")
            #expect(change["ts"] == nil)
        }
    }

    @Test func `the newest socket evicts the older with code 1000`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let older = try await PushListener.loggedIn(running, token)
            let newer = try await PushListener.loggedIn(running, token)
            try await eventually { older.isClosed }
            #expect(older.closeCode == 1000)
            _ = try await running.call("PlaceOrder", .order(), token)
            try await eventually { newer.reports().count == 3 }
            #expect(older.reports().isEmpty)
        }
    }

    @Test func `dropped messages are gone, and later ones come again`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.control("push", ["mode": "drop"])
            _ = try await running.call("PlaceOrder", .order(), token)
            await running.control("push", ["mode": "normal"])
            let second = try await running.call("PlaceOrder", .order(), token).json?["norenordno"]?.string
            try await eventually { listener.reports(second).count == 3 }
            #expect(listener.reports().count == 3)
        }
    }

    @Test func `duplicates come after the next message`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.control("push", ["mode": "duplicate"])
            _ = try await running.call("PlaceOrder", .order(), token)
            try await eventually { listener.reports().count == 5 }
            #expect(listener.reports() == ["NewAck", "PendingNew", "NewAck", "New", "PendingNew"])
        }
    }

    @Test func `messages of one order can come in reverse`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.control("push", ["mode": "reorder"])
            _ = try await running.call("PlaceOrder", .order(), token)
            try await eventually { listener.reports() == ["New", "PendingNew", "NewAck"] }
        }
    }

    @Test func `a mode that counts spoils so many messages and no more`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.control("push", ["mode": "drop", "count": 2])
            _ = try await running.call("PlaceOrder", .order(), token)
            try await eventually { listener.reports() == ["New"] }
            _ = try await running.call("PlaceOrder", .order(), token)
            try await eventually { listener.reports() == ["New", "NewAck", "PendingNew", "New"] }
        }
    }

    @Test func `a dropped socket ends without a close frame`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.control("sockets/drop")
            try await eventually { listener.isClosed }
            #expect(listener.closeCode == nil)
            _ = try await PushListener.loggedIn(running, token)
        }
    }

    @Test func `push off closes sockets and keeps them unusable`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.control("push", ["mode": "off"])
            try await eventually { listener.isClosed }
            let again = try await PushListener.loggedIn(running, token)
            try await eventually { again.isClosed }
        }
    }

    @Test func `a killed session is silence on the socket and an error on REST`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let listener = try await PushListener.loggedIn(running, token)
            await running.control("session/kill", ["account": "FA00001"])
            let placed = await running.control("place", .manual(["qty": "1"]))
            #expect(placed["ok"] == true)
            #expect(try await running.call("OrderBook", ["uid": "FA00001"], token).json?["stat"] == "Not_Ok")
            listener.send(["t": "h"])
            try await eventually { listener.has("hk") }
            #expect(listener.reports().isEmpty)
        }
    }
}

extension JSONValue {
    /// A `/control/place` body.
    static func manual(_ changes: [String: JSONValue] = [:]) -> JSONValue {
        guard case .object(let members) = order(changes) else { return .null }
        return .object(members + [JSONMember("account", "FA00001")])
    }
}
