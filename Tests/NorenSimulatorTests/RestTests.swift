import JSONText
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import NorenSimulator

@Suite struct RestTests {
    @Test func `login, order and book work over the wire with doubled slashes`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let body = "jData=\(JSONValue.order(["remarks": "s1-000042"]).text)&jKey=\(token)"
            let placed = try await running.post("/NorenWClientTP//PlaceOrder", body)
            #expect(placed.status == 200)
            #expect(placed.json?["norenordno"]?.string == "26112300000001")
            let book = try await running.call("OrderBook", ["uid": "FA00001"], token)
            #expect(book.json?.elements?.first?["remarks"] == "s1-000042")
            #expect(book.json?.elements?.first?["status"] == "OPEN")
        }
    }

    @Test func `a bearer token and a percent-encoded body work too`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let encoded = JSONValue.order().text.utf8.map { "%" + hexadecimal([$0]) }.joined()
            let answer = try await running.post("/NorenWClientAPI/PlaceOrder", "jData=\(encoded)", bearer: token)
            #expect(answer.json?["stat"] == "Ok")
        }
    }

    @Test func `an ampersand inside the JSON cuts it, its escape does not`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let search: JSONValue = ["uid": "FA00001", "exch": "NSE", "stext": "M&M"]
            let cut = try await running.call("SearchScrip", search, token)
            #expect(cut.status == 400)
            #expect(cut.json?["emsg"] == "Invalid Input :  jData is not valid json object")
            let escaped = search.text.split(separator: "&").joined(separator: "\\u0026")
            let found = try await running.post("/NorenWClientTP/SearchScrip", "jData=\(escaped)&jKey=\(token)")
            #expect(found.json?["values"]?.elements?.first?["tsym"] == "M&M-EQ")
        }
    }

    @Test func `paths and methods that are not served say so`() async throws {
        try await withSimulator { running in
            var statuses: [Int] = []
            for path in ["/NorenWClientTP/NoSuchThing", "/elsewhere"] {
                statuses.append(try await running.post(path, "jData={}").status)
            }
            for path in ["/NorenWClientTP/OrderBook", "/NorenWSTP/"] {
                statuses.append(try await running.post(path, "", method: .GET).status)
            }
            #expect(statuses == [404, 404, 405, 404])
        }
    }

    @Test func `a body beyond a mebibyte is refused and the server lives on`() async throws {
        try await withSimulator { running in
            let long = String(repeating: "x", count: 1_100_000)
            let answer = try? await running.post("/NorenWClientTP/OrderBook", long)
            #expect(answer == nil || answer?.status == 413)
            _ = try await running.logIn()
        }
    }

    @Test func `garbage of every kind is refused without harm`() async throws {
        try await withSimulator { running in
            for body in [
                "", "jData=", "jData=[]", "jData={", "xData={}", "jData=%", "&&&", "jData={\"uid\":1}", "\u{0}",
            ] {
                let answer = try await running.post("/NorenWClientTP/PlaceOrder", body)
                #expect(answer.json?["stat"] == "Not_Ok")
            }
        }
    }

    @Test func `a connection is kept for many requests`() async throws {
        try await withSimulator { running in
            let token = try await running.logIn()
            let connection = try await HTTPClientConnection.open(port: running.port)
            for _ in 0..<5 {
                let body = "jData={\"uid\":\"FA00001\"}&jKey=\(token)"
                #expect(try await connection.exchange("/NorenWClientTP/Limits", body).json?["stat"] == "Ok")
            }
            connection.channel.close(promise: nil)
        }
    }

    @Test func `a taken port is a clear error`() async throws {
        try await withSimulator { running in
            var settings = SimulatorSettings()
            settings.port = running.port
            let second = NorenSimulator(settings: settings, now: { noon }, logger: Logger(label: "test"))
            await #expect(throws: SimulatorCannotListen.self) { try await second.start() }
        }
    }

    @Test func `stopping closes every connection, used or not`() async throws {
        let idle = Mutex<HTTPClientConnection?>(nil)
        let used = Mutex<HTTPClientConnection?>(nil)
        let push = Mutex<PushListener?>(nil)
        try await withSimulator { running in
            let token = try await running.logIn()
            let connection = try await HTTPClientConnection.open(port: running.port)
            _ = try await connection.exchange("/NorenWClientTP/Limits", "jData={}&jKey=\(token)")
            used.withLock { $0 = connection }
            let unused = try await HTTPClientConnection.open(port: running.port)
            idle.withLock { $0 = unused }
            let listener = try await PushListener.loggedIn(running, token)
            push.withLock { $0 = listener }
        }
        try await eventually { idle.withLock { $0?.channel.isActive } == false }
        try await eventually { used.withLock { $0?.channel.isActive } == false }
        try await eventually { push.withLock { $0?.isClosed } == true }
    }

    @Test func `control answers over HTTP, and says what is wrong with its input`() async throws {
        try await withSimulator { running in
            let ledger = try await running.post("/control/ledger", "", method: .GET)
            #expect(ledger.json?["accounts"]?["FA00001"]?["placements"]?.integer == 0)
            let path = "/control/instruments?exchange=NFO&underlying=BANKNIFTY"
            let contracts = try await running.post(path, "", method: .GET)
            #expect(contracts.json?.elements?.contains { $0["tsym"] == "BANKNIFTY29DEC26C61500" } == true)
            for body in ["{\"kind\":\"nonsense\"}", "not json", "{}", "[]"] {
                let answer = try await running.post("/control/fault", body)
                #expect(answer.status == 400)
                #expect(answer.json?["error"] != nil)
            }
            #expect(try await running.post("/control/nothing", "{}").status == 400)
        }
    }
}
