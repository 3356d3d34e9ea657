import Foundation
import JSONText
import Logging
import Testing

@testable import NorenSimulator

/// What is kept over a restart.
@Suite struct BooksTests {
    let folder: BooksFolder

    init() throws { folder = try BooksFolder() }

    @Test(arguments: [false, true]) func `orders, trades, positions and prices outlive the process`(
        crashed: Bool
    ) async throws {
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place(["prctyp": "MKT", "prc": "0", "remarks": "SX1"])
        await broker.place(["prc": "1700.00", "remarks": "a \"quoted\" one"])
        await broker.place(["prctyp": "SL-LMT", "prc": "1650", "trgprc": "1660", "trantype": "S"], account: "FA00002")
        await broker.place(["qty": "200000"])  // refused by the risk engine
        await broker.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1755.55"])
        let before = await broker.books()
        try await broker.reopen(crashed: crashed)
        #expect(await broker.books() == before)
        #expect(before["FA00001 OrderBook"]?.elements?.count == 3)
    }

    @Test func `no number and no fill id is given twice`() async throws {
        let broker = try await KeptSimulation(path: folder.file)
        var numbers: [String] = []
        for _ in 0..<3 {
            numbers.append(await broker.place(["prctyp": "MKT", "prc": "0"]))
            try await broker.reopen(crashed: true)
        }
        numbers.append(await broker.place(["prctyp": "MKT", "prc": "0"]))
        let fills = (await broker.call("TradeBook").elements ?? []).compactMap { $0["flid"]?.string }
        let exchange = (await broker.call("OrderBook").elements ?? []).compactMap { $0["exchordid"]?.string }
        #expect(Set(numbers).count == 4)
        #expect(fills.count == 4 && Set(fills).count == 4)
        #expect(exchange.count == 4 && Set(exchange).count == 4)
    }

    @Test func `resting orders rest again in the same order, and can trade, change and be cancelled`() async throws {
        let broker = try await KeptSimulation(path: folder.file)
        let first = await broker.place(["prc": "1700.00"])
        let second = await broker.place(["prc": "1700.00"])
        let stop = await broker.place(["prctyp": "SL-MKT", "prc": "0", "trgprc": "1900", "trantype": "B"])
        let third = await broker.place(["prc": "1650.00"])
        // A change of price costs an order its place in time.
        await broker.call(
            "ModifyOrder",
            [
                "norenordno": .string(first), "exch": "NSE", "tsym": "ACC-EQ", "qty": "2", "prctyp": "LMT",
                "prc": "1700.00",
            ]
        )
        try await broker.reopen(crashed: true)
        await broker.control("fill_limit", ["exch": "NSE", "tsym": "ACC-EQ", "quantity": 3])
        await broker.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1700.00"])
        let filled = await filledQuantities(broker)
        #expect(filled[second] == 2 && filled[first] == 1)
        await broker.control("fill_limit", ["exch": "NSE", "tsym": "ACC-EQ", "quantity": .null])
        await broker.control("price", ["exch": "NSE", "tsym": "ACC-EQ", "price": "1900.00"])
        #expect(await filledQuantities(broker)[stop] == 2)
        #expect(await broker.call("CancelOrder", ["norenordno": .string(third)])["stat"] == "Ok")
        let row = (await broker.call("OrderBook").elements ?? []).first { $0["norenordno"]?.string == third }
        #expect(row?["status"] == "CANCELED")
    }

    private func filledQuantities(_ broker: KeptSimulation) async -> [String: Int] {
        let rows = await broker.call("OrderBook").elements ?? []
        return Dictionary(
            rows.map { ($0["norenordno"]?.string ?? "", $0["fillshares"]?.integer ?? 0) },
            uniquingKeysWith: max
        )
    }

    @Test func `sessions end with the process`() async throws {
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place()
        let old = await broker.simulation.exchange.accounts[0].token ?? ""
        try await broker.reopen(crashed: false)
        let request = NorenRequest(
            endpoint: "OrderBook",
            body: Array("jData={\"uid\":\"FA00001\"}&jKey=\(old)".utf8),
            bearer: nil
        )
        guard case .reply(let reply) = await broker.simulation.answer(request)?.action else {
            Issue.record("no answer")
            return
        }
        #expect(reply.body["emsg"]?.string?.contains("Session Expired") == true)
    }

    @Test func `a torn last line is cut off wherever it tore, and what stood before it is there`() async throws {
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place(["prctyp": "MKT", "prc": "0"])
        let before = await broker.books()
        let whole = try folder.contents().count
        await broker.place(["prc": "1700.00"])
        await broker.simulation.closeBooksWithoutWriting()
        let data = try folder.contents()
        #expect(data.count > whole + 100)
        for length in [whole, whole + 1, whole + 50, data.count - 1] {
            try folder.write(data.prefix(length))
            try await broker.reopen(crashed: true)
            #expect(await broker.books() == before)
            await broker.simulation.closeBooksWithoutWriting()
        }
    }

    @Test func `what is no books file, is damaged, or is another simulator's is refused and stays as it is`()
        async throws
    {
        try folder.write(Data("dear diary\n".utf8))
        await #expect(throws: (any Error).self) { _ = try await KeptSimulation(path: folder.file) }
        #expect(try folder.contents() == Data("dear diary\n".utf8))
        try FileManager.default.removeItem(atPath: folder.file)

        let broker = try await KeptSimulation(path: folder.file)
        await broker.place(account: "FA00002")
        #expect(
            await broker.complaint(accounts: 1) == "\(folder.file) cannot be continued: there is no account FA00002"
        )
        let lines = try folder.contents().split(separator: UInt8(ascii: "\n"))
        try folder.write(Data(lines[0] + Data("\n{\"day\":1}\n".utf8) + lines[1] + Data("\n".utf8)))
        let damaged = await broker.complaint(accounts: 2)
        #expect(damaged == "\(folder.file) is damaged in line 2: counters is missing; restore a copy")
    }

    @Test func `books have one simulator at a time, and only their owner can read them`() async throws {
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place()
        await #expect(throws: BooksUnusable.self) { _ = try await KeptSimulation(path: folder.file) }
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `while the books cannot be written nothing is answered, and all of it is there once they can`()
        async throws
    {
        let broker = try await KeptSimulation(path: folder.file)
        await broker.place()
        await broker.simulation.breakBooks()
        #expect(await broker.place(["prctyp": "MKT", "prc": "0"]) == "none")
        #expect(await broker.call("OrderBook") == .null)
        try await broker.simulation.mendBooks(at: folder.file)
        let before = await broker.books()
        #expect(before["FA00001 OrderBook"]?.elements?.count == 2)
        try await broker.reopen(crashed: true)
        #expect(await broker.books() == before)
    }

    @Test(arguments: UInt64(1)...12) func `after any calls the next process has the same books`(
        seed: UInt64
    ) async throws {
        let broker = try await KeptSimulation(path: folder.file)
        var random = RandomCalls(seed: seed)
        for step in 0..<160 {
            await random.step(on: broker)
            guard random.isTime(oneIn: 12) else { continue }
            let before = await broker.books()
            try await broker.reopen(crashed: random.isTime(oneIn: 2))
            let after = await broker.books()
            for (name, book) in before where after[name] != book {
                Issue.record("seed \(seed), step \(step), \(name):\n\(book.text)\n\(after[name]?.text ?? "gone")")
                return
            }
        }
        #expect(await broker.call("TradeBook").elements?.isEmpty == false)
    }

    @Test func `a simulator refuses control over HTTP when it is private, and takes its own password only`()
        async throws
    {
        var settings = SimulatorSettings()
        settings.servesControl = false
        settings.password = "drawn"
        settings.keepsBooksAt = folder.file
        let simulator = NorenSimulator(
            settings: settings,
            now: { noon },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let port = try await simulator.start()
        #expect(await simulator.control("ledger", [:])["error"] != nil)  // the books are not open yet
        try await simulator.openBooks()
        try await withThrowingTaskGroup { group in
            group.addTask { try await simulator.run() }
            let running = RunningSimulator(simulator: simulator, port: port)
            #expect(try await running.post("/control/ledger", "{}").status == 404)
            #expect(await simulator.control("ledger", [:])["accounts"] != nil)
            #expect(try await running.logInAnswer()["emsg"]?.string?.contains("Wrong Password") == true)
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}

extension Simulation {
    /// The file is let go as a crash would: nothing is written any more.
    fileprivate func closeBooksWithoutWriting() {
        if case .open(let file, _) = bookkeeping { bookkeeping = .closed(path: file.path) }
    }

    /// The folder vanishes: nothing can be written into it.
    fileprivate func breakBooks() {
        guard case .open(let file, _) = bookkeeping else { return }
        try? FileManager.default.moveItem(
            atPath: URL(fileURLWithPath: file.path).deletingLastPathComponent().path,
            toPath: URL(fileURLWithPath: file.path).deletingLastPathComponent().path + ".away"
        )
        bookkeeping = .open(file, owed: true)
    }

    fileprivate func mendBooks(at path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.moveItem(atPath: folder + ".away", toPath: folder)
    }
}

/// Calls as a client, a trader with the app, and a test would make them, drawn from a seed.
private struct RandomCalls {
    private var random: Randomness
    private static let symbols = [("NSE", "ACC-EQ"), ("NSE", "M&M-EQ"), ("NFO", "BANKNIFTY29DEC26F")]

    init(seed: UInt64) { random = Randomness(seed: seed) }

    mutating func isTime(oneIn chance: Int) -> Bool { random.below(chance) == 0 }

    private mutating func one<Element>(of elements: [Element]) -> Element { elements[random.below(elements.count)] }

    mutating func step(on broker: KeptSimulation) async {
        let account = one(of: ["FA00001", "FA00002"])
        let (exchange, symbol) = one(of: Self.symbols)
        broker.now += Int64(random.below(5_000_000))
        switch random.below(10) {
        case 0...4: await place(on: broker, account, exchange, symbol)
        case 5:
            if let number = await working(on: broker, account) {
                await broker.call("CancelOrder", ["norenordno": .string(number)], account: account)
            }
        case 6:
            guard let number = await working(on: broker, account) else { return }
            let change: JSONValue = [
                "norenordno": .string(number), "exch": .string(exchange), "qty": .string(quantity(symbol)),
                "tsym": .string(symbol.replacing("&", with: "%26")), "prctyp": "LMT",
                "prc": .string(price(symbol)),
            ]
            await broker.call("ModifyOrder", change, account: account)
        case 7:
            await broker.control(
                "price",
                ["exch": .string(exchange), "tsym": .string(symbol), "price": .string(price(symbol))]
            )
        case 8:
            let limit: JSONValue = isTime(oneIn: 2) ? .null : JSONValue(random.below(20))
            await broker.control(
                "fill_limit",
                ["exch": .string(exchange), "tsym": .string(symbol), "quantity": limit]
            )
        default:
            let conversion: JSONValue = [
                "exch": .string(exchange), "tsym": .string(symbol.replacing("&", with: "%26")),
                "qty": .string(quantity(symbol)), "prd": "M", "prevprd": "I", "postype": "DAY",
                "trantype": .string(one(of: ["B", "S"])),
            ]
            await broker.call("ProductConversion", conversion, account: account)
        }
    }

    private mutating func place(
        on broker: KeptSimulation,
        _ account: String,
        _ exchange: String,
        _ symbol: String
    ) async {
        let type = one(of: ["LMT", "LMT", "MKT", "SL-LMT", "SL-MKT"])
        await broker.place(
            [
                "exch": .string(exchange), "tsym": .string(symbol.replacing("&", with: "%26")),
                "qty": .string(quantity(symbol)), "prctyp": .string(type), "prd": .string(one(of: ["I", "M", "C"])),
                "prc": .string(type.hasSuffix("MKT") ? "0" : price(symbol)), "trantype": .string(one(of: ["B", "S"])),
                "trgprc": type.hasPrefix("SL") ? .string(price(symbol)) : .null,
                "ret": .string(one(of: ["DAY", "DAY", "IOC"])), "remarks": .string("r\(random.below(1000))"),
            ],
            account: account
        )
    }

    private mutating func quantity(_ symbol: String) -> String {
        String((1 + random.below(5)) * (symbol.hasSuffix("-EQ") ? 1 : 30))
    }

    /// Within 2 % of where the instrument starts, so that orders meet.
    private mutating func price(_ symbol: String) -> String {
        let base = symbol.hasPrefix("ACC") ? 1800 : symbol.hasPrefix("M&M") ? 3000 : 60_600
        return String(base * 98 / 100 + random.below(base * 4 / 100))
    }

    private mutating func working(on broker: KeptSimulation, _ account: String) async -> String? {
        let rows = await broker.call("OrderBook", account: account).elements ?? []
        let open = rows.filter { ["OPEN", "TRIGGER_PENDING"].contains($0["status"]?.string ?? "") }
        return open.isEmpty ? nil : one(of: open)["norenordno"]?.string
    }
}
