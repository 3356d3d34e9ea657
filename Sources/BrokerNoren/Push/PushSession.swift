import Desk
import Engine
import JSONText
import Trading

/// What a push connection does with each message, without the connection.
///
/// ```
/// connecting ─ck OK─▶ subscribing ─ok, or time─▶ subscribed
/// ```
struct PushSession: Sendable {
    enum Step: Equatable {
        case send(JSONValue)
        case deliver(PushEvent)
        case end(String)
    }

    enum Stage: Equatable {
        case connecting, subscribing, subscribed
    }

    private(set) var stage = Stage.connecting
    private let user: String
    private let instrument: @Sendable (QuoteKey) -> Instrument?
    /// What is known of each contract on this connection; messages bring only what has changed.
    private var quotes: [QuoteKey: Quote] = [:]

    /// `instrument` names the contracts whose quotes were asked for.
    init(user: String, instrument: @escaping @Sendable (QuoteKey) -> Instrument? = { _ in nil }) {
        self.user = user
        self.instrument = instrument
    }

    /// Asks for depth: it brings the circuit limits too, and its first answer is a snapshot also when asked again.
    static func asking(for keys: [QuoteKey]) -> [JSONValue] {
        stride(from: 0, to: keys.count, by: 50).map { start in
            let part = keys[start..<min(start + 50, keys.count)]
            return ["t": "d", "k": .string(part.map(\.description).joined(separator: "#"))]
        }
    }

    static let heartbeat: JSONValue = ["t": "h"]

    mutating func received(_ text: [UInt8], at now: Timestamp) -> [Step] {
        guard case .object(let message)? = try? NorenScanner.scan(text) else {
            return [.deliver(.unreadable("a message that is no JSON object (\(text.count) bytes)"))]
        }
        switch message.text("t") {
        case "ck", "ak": return answered(message)
        case "ok": return subscribed()
        case "om": return subscribed() + [.deliver(event(message, now))]
        case "dk", "tk": return quote(message, isWhole: true, now)
        case "df", "tf": return quote(message, isWhole: false, now)
        case nil: return [.deliver(.unreadable("a message without a type"))]
        default: return []
        }
    }

    /// No acknowledgement came within the time that one may take.
    mutating func subscriptionGraceIsOver() -> [Step] { subscribed() }

    private mutating func answered(_ answer: NorenRow) -> [Step] {
        guard let state = answer.text("s", "k"), state.uppercased() == "OK" else {
            return [.end("the broker refused the session: \(answer.text("s", "k") ?? "no status")")]
        }
        guard stage == .connecting else { return [] }
        stage = .subscribing
        return [.send(["t": "o", "actid": .string(user)])]
    }

    private mutating func subscribed() -> [Step] {
        guard stage == .subscribing else { return [] }
        stage = .subscribed
        return [.deliver(.connected)]
    }

    private mutating func quote(_ row: NorenRow, isWhole: Bool, _ now: Timestamp) -> [Step] {
        guard let exchange = row.text("e"), let token = row.text("tk") else { return [] }
        let key = QuoteKey(exchange: exchange, token: token)
        guard let instrument = instrument(key) else { return [] }
        // A change of something that we have not seen whole says nothing by itself.
        guard var quote = isWhole ? Quote(last: nil, receivedAt: now) : quotes[key] else { return [] }
        quote.update(from: row, now: now)
        quotes[key] = quote
        return [.deliver(.quote(instrument, quote))]
    }

    private func event(_ row: NorenRow, _ now: Timestamp) -> PushEvent {
        do throws(RowFlaw) {
            return .report(try OrderReport(row, isMessage: true, now: now))
        } catch {
            return .unreadable("\(error)")
        }
    }
}
