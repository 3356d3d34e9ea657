import Desk
import Engine
import JSONText
import Logging
import NorenSimulator
import TestSupport
import Testing
import Trading

@testable import BrokerNoren

/// The whole wire against the project's own simulator.
struct SimulatorTests {
    @Test func `a session, an order, its push and its rows`() async throws {
        try await withSimulator { simulator, broker in
            let events = Events()
            let listening = Task { await broker.listen { events.add($0) } }
            defer { listening.cancel() }
            try await eventually { events.all.first == .connected }

            #expect(await broker.orderBook().isEmpty)
            #expect(await broker.tradeBook().isEmpty)
            #expect(await broker.positionBook().isEmpty)

            let placement = Placement.sample { $0.type = .market }
            guard case .accepted(let number) = await broker.place(placement) else {
                Issue.record("not accepted")
                return
            }
            try await eventually { events.reports.contains { $0.status == .complete } }
            let pushed = events.reports.filter { $0.brokerOrderID == number }
            #expect(pushed.allSatisfy { $0.tag == placement.command.tag })
            #expect(pushed.compactMap(\.fill).map(\.quantity).reduce(0, +) == 2)

            let orders = await broker.orderBook().rows ?? []
            #expect(orders.count == 1 && orders.first?.brokerOrderID == number)
            #expect(orders.first?.tag == placement.command.tag && orders.first?.status == .complete)
            #expect(orders.first?.filled == 2 && orders.first?.type == .market)
            let trades = await broker.tradeBook().rows ?? []
            #expect(Set(trades.map(\.fill.id)) == Set(pushed.compactMap(\.fill?.id)))
            #expect(Set(trades.map(\.fill)) == Set(pushed.compactMap(\.fill)))
            #expect(trades.allSatisfy { $0.tag == placement.command.tag })
            let positions = await broker.positionBook().rows ?? []
            #expect(positions.map(\.net) == [2] && positions.first?.profit != nil)
            #expect(positions.first?.position == placement.command.position)
        }
    }

    @Test func `shares in the depository are told under each exchange's name, beside what was sold of them`()
        async throws
    {
        try await withSimulator { simulator, broker in
            #expect(await broker.shares().isEmpty)
            let lot: JSONValue = ["account": "FA00001", "exch": "NSE", "tsym": "ACC-EQ", "quantity": 10]
            try await simulator.set("holding", lot)
            let sale = Placement.sample { command in
                command.type = .market
                command.side = .sell
                command.product = .delivery
            }
            guard case .accepted = await broker.place(sale) else {
                Issue.record("not accepted")
                return
            }
            try await eventually { await broker.positionBook().rows?.first?.net == -2 }
            let share = await broker.shares().rows?.first
            #expect(share?.instruments.contains(Instrument("NSE", "ACC-EQ")) == true)
            #expect(share?.quantity == 10 && share?.used == 2)
            #expect(await broker.positionBook().rows?.first?.sold == 2)
        }
    }

    /// 2024: QuickAuth, the key in the body, `t:"c"`. 2026: a code, a bearer token, `t:"a"`; acknowledged by `ak` alone.
    @Test(arguments: [SimulatorSettings.Profile.y2024, .y2026])
    func `an order's life is the same in both generations`(profile: SimulatorSettings.Profile) async throws {
        func generation(_ account: inout NorenAccount) {
            guard profile == .y2026 else { return }
            account.rest = account.rest.replacing("NorenWClientTP", with: "NorenWClientAPI")
            account.websocket = account.websocket.replacing("NorenWSTP", with: "NorenWSAPI")
            account.login = .oauth(OAuthLogin(clientID: "FA00001_U", secret: "api-secret"))
            account.placement = .bearer
        }
        let code = profile == .y2026 ? "11111111-2222-3333-4444-555555555555" : nil
        try await withSimulator(generation, profile: profile, code: code) { simulator, broker in
            let events = Events()
            let listening = Task { await broker.listen { events.add($0) } }
            defer { listening.cancel() }
            try await eventually { events.all.first == .connected }
            try await simulator.set("hold", ["exch": "NSE", "tsym": "ACC-EQ", "held": true])
            let placement = Placement.sample { $0.price = .rupees(1850) }
            guard case .accepted(let number) = await broker.place(placement) else {
                Issue.record("not accepted")
                return
            }
            try await eventually { events.reports.contains { $0.status == .open } }
            let change = Modification(
                number: number,
                instrument: placement.command.instrument,
                quantity: 3,
                type: .limit,
                price: .rupees(1860)
            )
            #expect(await broker.modify(change) == .accepted)
            try await eventually { events.reports.contains { $0.quantity == 3 && $0.status == .open } }
            try await simulator.set("fill", ["norenordno": .string(number.text), "quantity": 1])
            try await eventually { events.reports.contains { $0.fill?.quantity == 1 } }
            #expect(await broker.cancel(number) == .accepted)
            try await eventually { events.reports.contains { $0.status == .cancelled } }
            let row = await broker.orderBook().rows?.first
            #expect(row?.status == .cancelled && row?.filled == 1 && row?.quantity == 3)
            #expect(row?.tag == placement.command.tag && row?.price == .rupees(1860))
            #expect(await broker.tradeBook().rows?.map(\.fill.quantity) == [1])
            #expect(await broker.positionBook().rows?.map(\.net) == [1])
            let history = await broker.history(of: number).rows ?? []
            #expect(history.first?.status == .cancelled && history.count > 4)
            let market = await broker.place(.sample { $0.type = .market })
            if profile == .y2026 {
                let text = "Rejected :  ALGO_CHK: MKT Order type not allowed for API order"
                #expect(market == .refused(text, sessionExpired: false))
            } else if case .accepted = market {
            } else {
                Issue.record("\(market)")
            }
        }
    }

    @Test func `the symbol with an ampersand is placed, pushed and shown`() async throws {
        try await withSimulator { simulator, broker in
            let placement = Placement.sample {
                $0.instrument = Instrument("NSE", "M&M-EQ")
                $0.type = .market
            }
            guard case .accepted = await broker.place(placement) else {
                Issue.record("not accepted")
                return
            }
            #expect(await broker.orderBook().rows?.first?.instrument.symbol == "M&M-EQ")
        }
    }

    @Test func `push may come before the reply`() async throws {
        try await withSimulator { simulator, broker in
            let events = Events()
            let listening = Task { await broker.listen { events.add($0) } }
            defer { listening.cancel() }
            try await eventually { events.all.first == .connected }
            try await simulator.set("fault", ["kind": "delay", "delay_ms": 60_000])
            let placing = Task { await broker.place(.sample { $0.type = .market }) }
            try await eventually { events.reports.contains { $0.fill != nil } }
            placing.cancel()
            guard case .unanswered = await placing.value else {
                Issue.record("answered before its time")
                return
            }
            #expect(events.reports.first?.tag == CommandID.sample.tag)
        }
    }

    @Test func `an order can be cancelled once`() async throws {
        try await withSimulator { simulator, broker in
            try await simulator.set("hold", ["exch": "NSE", "tsym": "ACC-EQ", "held": true])
            guard case .accepted(let number) = await broker.place(.sample()) else {
                Issue.record("not accepted")
                return
            }
            #expect(await broker.cancel(number) == .accepted)
            try await eventually { await broker.orderBook().rows?.first?.status == .cancelled }
            guard case .refused = await broker.cancel("99999999999999") else {
                Issue.record("an unknown order was cancelled")
                return
            }
        }
    }

    @Test(arguments: [
        "lost_reply", "html_502", "html_502_accepted", "server_timeout", "server_timeout_lost", "garbage",
        "ok_without_number",
    ])
    func `a placement that goes wrong on the way is unanswered`(kind: String) async throws {
        try await withSimulator { simulator, broker in
            try await simulator.set("fault", ["kind": .string(kind)])
            let answer = await broker.place(.sample())
            guard case .unanswered(let text) = answer else {
                Issue.record("\(kind): \(answer)")
                return
            }
            #expect(!text.isEmpty)
            #expect(try await simulator.placements() == 1)
            // What was done can be found by its tag.
            let isThere = ["lost_reply", "html_502_accepted", "server_timeout", "garbage", "ok_without_number"]
                .contains(kind)
            let book = await broker.orderBook()
            #expect(book.rows?.first?.tag == (isThere ? CommandID.sample.tag : nil))
            #expect(book.isEmpty == !isThere)
        }
    }

    @Test func `a placement that hangs is unanswered when its time is over`() async throws {
        try await withSimulator({ $0.orderTimeout = .seconds(1) }) { simulator, broker in
            try await simulator.set("fault", ["kind": "hang"])
            #expect(await broker.place(.sample()) == .unanswered("no answer within 1s"))
        }
    }

    @Test(arguments: [200, 400, 403, 429, 500])
    func `a refusal is a refusal under every status`(status: Int) async throws {
        try await withSimulator { simulator, broker in
            let text = "Rejected : ALGO_CHK: MKT Order type not allowed for API order"
            try await simulator.set("fault", ["kind": "refuse", "text": .string(text), "http": JSONValue(status)])
            #expect(await broker.place(.sample()) == .refused(text, sessionExpired: false))
        }
    }

    @Test func `a dead session is told apart, and a login brings a new one`() async throws {
        try await withSimulator { simulator, broker in
            try await simulator.set("fault", ["kind": "session_expired"])
            guard case .refused(_, sessionExpired: true) = await broker.place(.sample()) else {
                Issue.record("not about the session")
                return
            }
            #expect(await broker.orderBook().failure?.kind == .sessionExpired)
            #expect(await broker.logIn() == .loggedIn)
            #expect(await broker.orderBook().isEmpty)
        }
    }

    @Test func `a rejection by the risk engine is in the book, with its words`() async throws {
        try await withSimulator { simulator, broker in
            let text = "RED:Margin Shortfall:INR 100.33 Available:INR 86.68 for C-FA00001 [...]"
            try await simulator.set("fault", ["kind": "rms_reject", "text": .string(text)])
            guard case .accepted = await broker.place(.sample()) else {
                Issue.record("not accepted")
                return
            }
            try await eventually { await broker.orderBook().rows?.first?.status == .rejected }
            let row = await broker.orderBook().rows?.first
            #expect(row?.rejection == text && row?.refusesRequest == false)
        }
    }

    @Test func `a closed door proves that nothing left`() async throws {
        try await withSimulator { simulator, broker in
            try await simulator.set("fault", ["kind": "refuse_connection", "delay_ms": 60_000])
            let answer = await broker.place(.sample())
            guard case .notSent = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(await broker.orderBook().failure?.kind == .unreachable)
        }
    }

    @Test func `too many calls are throttled`() async throws {
        try await withSimulator(limits: true) { simulator, broker in
            try await eventually { await broker.orderBook().failure?.kind == .throttled }
        }
    }

    @Test func `books that are no books are unknown`() async throws {
        try await withSimulator { simulator, broker in
            for (kind, expected) in [
                ("html_502", ReadFailure.Kind.garbled), ("garbage", .garbled), ("lost_reply", .unreachable),
            ] {
                try await simulator.set("fault", ["kind": .string(kind), "endpoint": "OrderBook"])
                #expect(await broker.orderBook().failure?.kind == expected, "\(kind)")
            }
            #expect(await broker.orderBook().isEmpty)
        }
    }

    @Test func `one-time codes are accepted`() async throws {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        try await withSimulator({ $0.login = .quickAuth(.sample(.totp(secret))) }, totp: secret) { _, broker in
            #expect(await broker.orderBook().isEmpty)
            guard case .unreachable = await broker.logIn() else {
                Issue.record("the same code twice")
                return
            }
        }
    }

    @Test func `a wrong password needs a person`() async throws {
        try await withSimulator { simulator, broker in
            var account = NorenAccount.sample(port: simulator.port)
            account.login = .quickAuth(.sample(password: "wrong"))
            try await withBroker(account) { other in
                #expect(await other.logIn() == .refused("Invalid Input :  Wrong Password"))
            }
        }
    }

    @Test func `a second listener evicts the first`() async throws {
        try await withSimulator { simulator, broker in
            let (older, newer) = (Events(), Events())
            let first = Task { await broker.listen { older.add($0) } }
            try await eventually { older.all == [.connected] }
            let second = Task { await broker.listen { newer.add($0) } }
            #expect(await first.value == "the broker closed the connection (1000)")
            try await eventually { newer.all == [.connected] }
            second.cancel()
            _ = await second.value
        }
    }
}

/// A running simulator, and a broker that is logged in there.
func withSimulator(
    _ change: (inout NorenAccount) -> Void = { _ in },
    totp: String? = nil,
    limits: Bool = false,
    profile: SimulatorSettings.Profile = .y2024,
    code: String? = nil,
    _ body: (Simulator, BrokerNoren) async throws -> Void
) async throws {
    var settings = SimulatorSettings()
    settings.limits = limits
    settings.totpSecret = totp
    settings.profile = profile
    settings.habits.alsoCK = false
    let logger = Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() }
    let time = Timestamp.sample
    let simulator = NorenSimulator(settings: settings, now: { time.microseconds }, logger: logger)
    let port = try await simulator.start()
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await simulator.run() }
        _ = await simulator.control("freeze", ["frozen": true])
        var account = NorenAccount.sample(port: port)
        change(&account)
        try await withBroker(account) { broker in
            #expect(await (code == nil ? broker.logIn() : broker.logIn(code: code ?? "")) == .loggedIn)
            try await body(Simulator(simulator: simulator, port: port), broker)
        }
        group.cancelAll()
    }
}

struct Simulator {
    let simulator: NorenSimulator
    let port: Int

    func set(_ path: String, _ body: JSONValue) async throws {
        let answer = await simulator.control(path, body)
        try #require(answer["error"] == nil, "\(answer.text)")
    }

    func placements() async throws -> Int {
        let ledger = await simulator.control("ledger", [:])
        return try #require(ledger["accounts"]?["FA00001"]?["placements"]?.integer)
    }
}

extension Events {
    var reports: [OrderReport] {
        all.compactMap { if case .report(let report) = $0 { report } else { nil } }
    }
}
