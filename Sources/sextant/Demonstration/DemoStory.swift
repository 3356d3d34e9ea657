import AsyncHTTPClient
import Engine
import Foundation
import Gateway
import JSONText
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization
import Trading

/// What the demo shows: an alert through the real webhook, and each leg's six steps as they happen.
struct DemoStory: Service {
    let ports: AsyncStream<Int>
    let engine: Engine
    let broker: PaperBroker
    let folder: DemoFolder
    /// End, and with it the server, once both legs have come to their end.
    let endsWhenDone: Bool
    private let outcome = Outcome()

    init(ports: AsyncStream<Int>, engine: Engine, broker: PaperBroker, folder: DemoFolder, endsWhenDone: Bool) {
        self.ports = ports
        self.engine = engine
        self.broker = broker
        self.folder = folder
        self.endsWhenDone = endsWhenDone
    }

    /// Whether both legs were executed.
    var succeeded: Bool { outcome.succeeded.withLock { $0 } }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await tell() }
            if !endsWhenDone { try await gracefulShutdown() }
        } catch is CancellationError {}  // stopped before the end of the story
    }

    private func tell() async throws {
        guard let port = await ports.first(where: { _ in true }) else { return }
        let url = "http://127.0.0.1:\(port)"
        announce("broker   on paper, in this process")
        announce("sextant listening on \(url)")
        try await waitUntilReady()
        let contracts = try await contracts()
        let body = alert(contracts)
        announce("\nPOST \(url)/webhook/FA00001\n\(redacted(body))\n")
        let answer = try await post(body, to: "\(url)/webhook/FA00001")
        let orders = (answer["orders"]?.elements ?? []).compactMap {
            $0["command_id"]?.string.flatMap { CommandID($0) }
        }
        announce("answer: \(answer["status"]?.string ?? answer.text), \(orders.count) orders registered\n")
        try await follow(orders)
        if !endsWhenDone { suggest(url, contracts) }
    }

    private func waitUntilReady() async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while await engine.readiness().values.contains(where: { !$0.isEmpty }) {
            guard ContinuousClock.now < deadline else {
                throw CommandFailure("the demo's broker did not get ready in 20 s")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private struct Contract {
        let symbol: String
        let lot: Int
        let price: Price
    }

    /// A call and a put of the nearest expiry, a little out of the money, from the paper broker's own list.
    private func contracts() async throws -> [Contract] {
        let path = "/control/instruments?exchange=NFO&underlying=BANKNIFTY"
        let rows = await broker.control(path).elements ?? []
        func text(_ row: JSONValue, _ name: String) -> String { row[name]?.scalarText ?? "" }
        return try ["CE", "PE"].map { kind in
            let chain = rows.filter { text($0, "optt") == kind }
            let expiry = chain.first.map { text($0, "exd") }
            let near = chain.filter { text($0, "exd") == expiry }
                .sorted { (Price(text($0, "strprc")) ?? .zero) < (Price(text($1, "strprc")) ?? .zero) }
            guard !near.isEmpty else { throw CommandFailure("the paper broker lists no BANKNIFTY \(kind)") }
            let row = near[near.count * (kind == "CE" ? 3 : 1) / 4]
            guard let lot = row["ls"]?.integer, let price = Price(text(row, "lp")) else {
                throw CommandFailure("the paper broker's contract cannot be read: \(row.text)")
            }
            return Contract(symbol: text(row, "tsym"), lot: lot, price: price)
        }
    }

    private func alert(_ contracts: [Contract]) -> JSONValue {
        // 2 % below the last price: a limit that fills at once.
        let limit = contracts[0].price.tenThousandths * 98 / 100 / 500 * 500
        return [
            "secret_key": .string(folder.secret.reveal),
            "execution_type": "ENTRY",
            "strategy_name": "BNF_MONTHLY_STRANGLE",
            "exchange": "NFO",
            "product_type": "M",
            "legs": [
                [
                    "tradingsymbol": .string(contracts[0].symbol), "direction": "SELL",
                    "qty": JSONValue(2 * contracts[0].lot), "order_type": "LMT",
                    "price": .string(Price(tenThousandths: max(500, limit)).description),
                ],
                [
                    "tradingsymbol": .string(contracts[1].symbol), "direction": "SELL",
                    "qty": JSONValue(2 * contracts[1].lot), "order_type": "MKT",
                ],
            ],
        ]
    }

    private func redacted(_ body: JSONValue) -> String {
        .init(body.text.replacing(folder.secret.reveal, with: "***"))
    }

    private func post(_ body: JSONValue, to url: String) async throws -> JSONValue {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body.utf8))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return try JSONValue.parse(Array(bytes.readableBytesView))
    }

    /// Prints each step as soon as it is stored, until every leg has come to its end.
    private func follow(_ ids: [CommandID]) async throws {
        guard let archive = await engine.archive(of: "FA00001") else { return }
        announce("LEG  STEP          TIME (IST)               EVENT      STATUS")
        var shown: [CommandID: Int] = [:]
        var last: [CommandID: OrderRecord] = [:]
        let deadline = ContinuousClock.now + .seconds(30)
        while last.count < ids.count || last.values.contains(where: { $0.state.isOpen }) {
            guard ContinuousClock.now < deadline else { break }
            for id in ids {
                guard let (record, events) = try await archive.history(of: id) else { continue }
                let entries = OrderTimeline(events).entries
                for entry in entries.dropFirst(shown[id] ?? 0) { announce(line(entry, record.command)) }
                shown[id] = entries.count
                last[id] = record
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        announce("")
        for id in ids {
            guard let record = last[id] else { continue }
            announce(
                "leg \(record.command.leg)  \(record.command.side.rawValue) \(record.quantity) "
                    + "\(record.command.instrument.symbol)  \(record.state.status.rawValue)  broker id "
                    + "\(record.state.brokerOrderID?.text ?? "-")  average \(record.filled.averagePrice?.description ?? "-")"
            )
        }
        let executed = last.values.count { $0.state.status == .executed }
        outcome.succeeded.withLock { $0 = !ids.isEmpty && executed == ids.count }
    }

    private func line(_ entry: OrderTimeline.Entry, _ command: OrderCommand) -> String {
        let name = OrderPage.stepNames[entry.step] ?? ""
        let time = Timestamp(microseconds: entry.at.microseconds + 19_800_000_000).description.dropFirst(11).prefix(15)
        func padded(_ text: some StringProtocol, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }
        let detail = ["broker_order_id", "quantity", "price", "text"]
            .compactMap { key in entry.detail[key]?.scalarText.map { "\(key) \($0)" } }
            .joined(separator: ", ")
        return padded("\(command.leg)", 5) + padded("\(entry.step) \(name)", 14) + padded(time, 25)
            + padded(entry.event, 11) + padded(entry.state.status.rawValue, 16) + detail
    }

    private func suggest(_ url: String, _ contracts: [Contract]) {
        let binary = CommandLine.arguments[0]
        let quoted = #""secret_key":"\#(folder.secret.reveal)","strategy_name":"BNF_MONTHLY_STRANGLE""#
        announce(
            """

            The server goes on. Try next, in another terminal:

              # the same strategy once more: the guard blocks it
              curl -s \(url)/webhook/FA00001 -d '{\(quoted),"execution_type":"ENTRY","legs":[{"tradingsymbol":"\(contracts[0].symbol)","direction":"SELL","qty":\(contracts[0].lot)}]}'

              # close everything that the strategy holds
              curl -s \(url)/webhook/FA00001 -d '{\(quoted),"execution_type":"EXIT"}'

              # every order, and one with its steps
              \(binary) orders --config \(folder.configurationPath)
              \(binary) order COMMAND_ID --why --config \(folder.configurationPath)

              # what is held, compared with the broker's books now
              \(binary) reconcile --config \(folder.configurationPath)

            Ctrl-C ends the demo. To go on where it ended, with the same orders and positions:
              \(binary) serve --config \(folder.configurationPath)
            """
        )
    }

    /// Told by `run`, read after it.
    private final class Outcome: Sendable {
        let succeeded = Mutex(false)
    }
}
