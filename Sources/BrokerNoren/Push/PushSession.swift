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

    init(user: String) { self.user = user }

    static let heartbeat: JSONValue = ["t": "h"]

    mutating func received(_ text: [UInt8], at now: Timestamp) -> [Step] {
        guard case .object(let message)? = try? NorenScanner.scan(text) else {
            return [.deliver(.unreadable("a message that is no JSON object (\(text.count) bytes)"))]
        }
        switch message.text("t") {
        case "ck", "ak": return answered(message)
        case "ok": return subscribed()
        case "om": return subscribed() + [.deliver(event(message, now))]
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

    private func event(_ row: NorenRow, _ now: Timestamp) -> PushEvent {
        do throws(RowFlaw) {
            return .report(try OrderReport(row, isMessage: true, now: now))
        } catch {
            return .unreadable("\(error)")
        }
    }
}
