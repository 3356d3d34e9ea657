import Desk
import Engine
import JSONText
import Testing
import Trading

@testable import BrokerNoren

extension Contract {
    static func sample(token: String = "22", symbol: String = "ACC-EQ") -> Contract {
        Contract(
            instrument: Instrument("NSE", symbol),
            token: token,
            underlying: "ACC",
            kind: .equity,
            lot: 1,
            tick: Price(tenThousandths: 500)
        )
    }
}

struct QuoteTests {
    private func session() -> PushSession {
        PushSession(user: "FA00001") { $0.token == "22" ? Instrument("NSE", "ACC-EQ") : nil }
    }

    private func quotes(_ texts: [String], in session: inout PushSession) -> [Quote] {
        texts.flatMap { session.received(Array($0.utf8), at: .sample) }.compactMap { step in
            if case .deliver(.quote(_, let quote)) = step { quote } else { nil }
        }
    }

    private let snapshot =
        #"{"t":"dk","e":"NSE","tk":"22","lp":"1800.00","bp1":"1799.95","sp1":"1800.05","lc":"1614.40","uc":"1973.00"}"#

    @Test func `a change keeps what it leaves out, and an empty side is nobody`() throws {
        var session = session()
        let found = quotes(
            [
                snapshot, #"{"t":"df","e":"NSE","tk":"22","lp":"1801.00"}"#,
                #"{"t":"df","e":"NSE","tk":"22","sp1":"0.00"}"#,
            ],
            in: &session
        )
        #expect(found.map(\.last) == [Price("1800"), Price("1801"), Price("1801")])
        #expect(found.map(\.ask) == [Price("1800.05"), Price("1800.05"), nil])
        #expect(found.allSatisfy { $0.bid == Price("1799.95") && $0.upperCircuit == Price("1973") })
    }

    @Test func `a change before the snapshot, and a contract nobody asked about, say nothing`() {
        var session = session()
        let found = quotes(
            [#"{"t":"df","e":"NSE","tk":"22","lp":"1.00"}"#, snapshot.replacingToken(), #"{"t":"dk","e":"NSE"}"#],
            in: &session
        )
        #expect(found.isEmpty)
    }

    @Test(arguments: ["1,800.00", "-0.00", "", " ", "abc", "0.00", "1e3", "NaN"])
    func `a price that cannot be read is not known`(text: String) {
        var session = session()
        let found = quotes([#"{"t":"dk","e":"NSE","tk":"22","lp":"\#(text)"}"#], in: &session)
        #expect(found.map(\.last) == [nil])
    }

    @Test func `what is watched is asked for at once, again on request, and on the next connection`() async throws {
        try await ScriptedPush.run { connection in
            try await connection.accept()
            try await connection.send(
                #"{"t":"dk","e":"NSE","tk":"22","lp":"1800.00","bp1":"1799.95","sp1":"1800.05"}"#
            )
            await connection.untilClosed()
        } _: { server in
            try await ScriptedServer.run { _ in
                .hang
            } _: { rest in
                var account = NorenAccount.sample(port: rest.port)
                account.websocket = "ws://127.0.0.1:\(server.port)/NorenWSTP/"
                try await withBroker(account) { broker in
                    _ = await broker.logIn()
                    let isAsked = await broker.watchQuote(of: .sample())
                    #expect(!isAsked, "there is no connection yet")
                    let asking = #"{"t":"d","k":"NSE|22"}"#
                    for round in 1...2 {
                        let events = Events()
                        let end = Task { await broker.listen { events.add($0) } }
                        let before = (round - 1) * 2
                        try await eventually { server.received.count { $0.text == asking } == before + 1 }
                        let isAskedNow = await broker.watchQuote(of: .sample())
                        #expect(isAskedNow)
                        try await eventually { server.received.count { $0.text == asking } == before + 2 }
                        try await eventually {
                            events.all.contains {
                                if case .quote(let it, _) = $0 { it.symbol == "ACC-EQ" } else { false }
                            }
                        }
                        end.cancel()
                        _ = await end.value
                    }
                }
            }
        }
    }
}

extension String {
    fileprivate func replacingToken() -> String { split(separator: "22").joined(separator: "99") }
}

/// The questions that no book answers.
struct QuestionTests {
    private func asked<Row>(
        _ answer: String,
        _ question: (BrokerNoren) async -> BookRead<Row>
    ) async throws -> (read: BookRead<Row>, body: String) {
        try await ScriptedServer.run { _ in
            .answer(answer)
        } _: { server in
            let read = try await withBroker(.sample(port: server.port)) { broker in
                _ = await broker.logIn()
                return await question(broker)
            }
            return (read, server.calls.last?.body ?? "")
        }
    }

    @Test func `a change is told whole, with a trigger for stop orders only`() {
        func fields(_ type: OrderType) -> String {
            let change = Modification(
                number: "26112000000017",
                instrument: Instrument("NSE", "M&M-EQ"),
                quantity: 3,
                type: type,
                price: Price(tenThousandths: 17_100_000),
                triggerPrice: Price(tenThousandths: 17_090_000)
            )
            return JSONValue.modifying(change, user: "FA00001").text
        }
        #expect(
            fields(.limit)
                == #"{"ordersource":"API","uid":"FA00001","actid":"FA00001","norenordno":"26112000000017","exch":"NSE","#
                + #""tsym":"M%26M-EQ","qty":"3","prctyp":"LMT","prc":"1710.00","ret":"DAY"}"#
        )
        #expect(fields(.stopLimit).contains(#""prc":"1710.00","trgprc":"1709.00","#))
    }

    @Test(arguments: [
        (#"{"stat":"Ok","result":"26112000000017"}"#, CancelAnswer.accepted),
        (#"{"stat":"Not_Ok","emsg":"Rejected : ORA:Order not found"}"#, .refused("Rejected : ORA:Order not found")),
        (#"{"stat":"Not_Ok","emsg":"Server Timeout :  "}"#, .unanswered("Server Timeout :")),
        ("<html>", .unanswered("an HTML page (HTTP 200)")),
    ])
    func `what a change came to is what a cancel would have`(answer: String, expected: CancelAnswer) async throws {
        try await ScriptedServer.run { _ in
            .answer(answer)
        } _: { server in
            try await withBroker(.sample(port: server.port)) { broker in
                _ = await broker.logIn()
                let change = Modification(number: "1", instrument: Instrument("NSE", "X"), quantity: 1, type: .limit)
                #expect(await broker.modify(change) == expected)
            }
        }
    }

    @Test func `a quote is one object`() async throws {
        let answer = #"{"stat":"Ok","lp":"1800.00","bp1":"1799.95","sp1":"1800.05","lc":"1614.40","uc":"1973.00"}"#
        let (read, body) = try await asked(answer) { await $0.quote(of: .sample()) }
        let quote = try #require(read.rows?.first)
        #expect(quote.last == Price("1800") && quote.bid == Price("1799.95") && quote.lowerCircuit == Price("1614.4"))
        #expect(quote.receivedAt == .sample)
        #expect(body.hasPrefix(#"jData={"uid":"FA00001","exch":"NSE","token":"22"}"#))
    }

    @Test func `a contract that the broker does not know has no quote`() async throws {
        let none = #"{"stat":"Not_Ok","emsg":"Error Occurred : 5 \"no data\""}"#
        let (read, _) = try await asked(none) { await $0.quote(of: .sample()) }
        #expect(read.isEmpty)
    }

    @Test func `the freeze quantity is the first that is too large`() async throws {
        let (read, _) = try await asked(#"{"stat":"Ok","frzqty":"1801","ls":"65","ti":"0.05"}"#) {
            await $0.security(.sample())
        }
        let security = try #require(read.rows?.first)
        #expect(security.largestQuantity == 1800 && security.lot == 65 && security.tick == Price("0.05"))
        let (silent, _) = try await asked(#"{"stat":"Ok","frzqty":"0"}"#) { await $0.security(.sample()) }
        #expect(silent.rows?.first?.largestQuantity == nil)
    }

    @Test func `what may be used is all the money less what is used`() async throws {
        let answer =
            #"{"stat":"Ok","cash":"250000.00","payin":"100.50","marginused":"41250.50","daycash":"0.00"}"#
        let (read, _) = try await asked(answer) { await $0.funds() }
        #expect(read.rows?.first?.free == Money("208850"))
        let (odd, _) = try await asked(#"{"stat":"Ok","cash":"lots"}"#) { await $0.funds() }
        #expect(odd.failure?.kind == .garbled)
    }

    @Test func `an order's margin, with the broker's objection`() async throws {
        let answer = #"{"stat":"Ok","remarks":"Insufficient Balance","ordermargin":"11500.00","cash":"1.00"}"#
        let (read, _) = try await asked(answer) { await $0.margin(for: .sample()) }
        let margin = try #require(read.rows?.first)
        #expect(margin.needed == Money("11500") && margin.objection == "Insufficient Balance")
    }

    @Test func `a search lists what it found`() async throws {
        let answer = #"{"stat":"Ok","values":[{"exch":"NSE","token":"22","tsym":"ACC-EQ","nested":{"a":[1]}}]}"#
        let (read, _) = try await asked(answer) { await $0.search("ACC", at: "NSE") }
        let hit = try #require(read.rows?.first)
        #expect(hit.instrument == Instrument("NSE", "ACC-EQ") && hit.token == "22")
        let (none, _) = try await asked(#"{"stat":"Not_Ok","emsg":"No Data :  "}"#) { await $0.search("Q", at: "NSE") }
        #expect(none.isEmpty)
    }

    @Test func `an order's history is a list`() async throws {
        try await withSimulator { _, broker in
            guard case .accepted(let number) = await broker.place(.sample()) else {
                Issue.record("not accepted")
                return
            }
            let rows = await broker.history(of: number).rows ?? []
            #expect(rows.count >= 3)
            #expect(rows.allSatisfy { $0.brokerOrderID == number })
        }
    }
}

/// The same questions to the simulator.
struct SimulatorQuestionTests {
    @Test func `quotes, limits, securities and margins are answered, and a change is made`() async throws {
        try await withSimulator { _, broker in
            #expect(await broker.quote(of: .sample()).rows?.first?.last != nil)
            #expect(await broker.funds().rows?.first?.free ?? .zero > .zero)
            #expect(await broker.security(.sample()).rows?.first?.largestQuantity ?? 0 > 0)
            let low = Placement.sample { $0.price = Price(tenThousandths: 17_300_000) }
            guard case .accepted(let number) = await broker.place(low) else {
                Issue.record("not accepted")
                return
            }
            let change = Modification(
                number: number,
                instrument: low.command.instrument,
                quantity: 5,
                type: .limit,
                price: Price(tenThousandths: 17_310_000)
            )
            #expect(await broker.modify(change) == .accepted)
            try await eventually {
                let row = await broker.orderBook().rows?.first
                return row?.quantity == 5 && row?.price == change.price
            }
        }
    }

    @Test func `a snapshot comes over push each time it is asked for`() async throws {
        try await withSimulator { _, broker in
            let events = Events()
            let listening = Task { await broker.listen { events.add($0) } }
            defer { listening.cancel() }
            try await eventually { events.all.first == .connected }
            for round in 1...3 {
                _ = await broker.watchQuote(of: .sample())
                try await eventually { events.all.count { if case .quote = $0 { true } else { false } } >= round }
            }
        }
    }
}
