import Desk
import Engine
import Testing
import Trading

@testable import AlertsTelegram

struct AlertTextTests {
    @Test func `whatever a broker writes is shown as it is, and is no tag`() {
        let text = AlertText([.sample(1, "<b>RED & <script> \"x\"")], of: "A&B", .ordinary).text
        #expect(text.contains("&lt;b&gt;RED &amp; &lt;script&gt; \"x\""))
        #expect(text.hasPrefix("<b>A&amp;B</b>\n"))
    }

    @Test(arguments: [60, 61]) func `one more than sixty ordinary ones become a digest of them`(count: Int) {
        let alerts = (1...count).map { NumberedNotification.sample(Int64($0), "x") }
        let message = AlertText(alerts, of: .sample, .ordinary)
        #expect(message.text.contains("51 × REJECTED") == (count == 61))
        #expect(message.text.contains("#61\n") == (count == 61))
        #expect(!AlertText(alerts, of: .sample, .critical).text.contains("×"))
    }

    @Test func `a digest counts each kind, and tells the newest in full`() {
        let kinds: [Notification.Kind] = [.blocked, .blocked, .blocked, .rejected]
        let alerts = (1...100).map { number in
            NumberedNotification(
                number: Int64(number),
                notification: .sample(kinds[number % 4], .warning, "n\(number)")
            )
        }
        let message = AlertText(alerts, of: .sample, .ordinary)
        #expect(message.text.contains("90 alerts from 09:15:00 to 09:15:00, #1 to #90:\n68 × BLOCKED\n22 × REJECTED\n"))
        #expect(message.through == 100)
        for number in 91...100 { #expect(message.text.contains("n\(number)")) }
    }

    @Test func `a message takes whole alerts up to Telegram's limit, and the next takes the rest`() {
        let alerts = (1...40).map { NumberedNotification.sample(Int64($0), String(repeating: "é", count: 300)) }
        let first = AlertText(alerts, of: .sample, .critical)
        #expect(first.text.utf16.count <= 4096)
        #expect(first.text.utf16.count > 3600)
        #expect(first.text.contains("#\(first.through)\n") && !first.text.contains("#\(first.through + 1)\n"))
    }

    @Test(arguments: [1199, 1200, 100_000]) func `one long text is cut, between characters`(count: Int) {
        let text = AlertText([.sample(1, String(repeating: "<", count: count))], of: .sample, .critical).text
        #expect(text.utf16.count < 1400)
        #expect(text.hasSuffix("&lt;…"))
    }

    @Test func `fills that follow each other share one title`() {
        let kinds: [Notification.Kind] = [.filled, .filled, .filled, .blocked, .filled]
        let alerts = kinds.enumerated().map { index, kind in
            NumberedNotification(number: Int64(index + 1), notification: .sample(kind, .notice, "f\(index + 1)"))
        }
        let text = AlertText(alerts, of: .sample, .ordinary).text
        #expect(text.matches(of: #/FILLED/#).count == 2)
        #expect(text.contains("#1\nf1\nf2 · #2\nf3 · #3\n\n"))
    }

    @Test func `only what is a mere notice makes no sound`() {
        func isSilent(_ severities: [Notification.Severity], _ urgency: OutboxReader.Urgency) -> Bool {
            let alerts = severities.enumerated().map {
                NumberedNotification(number: Int64($0 + 1), notification: .sample(.confirmed, $1))
            }
            return AlertText(alerts, of: .sample, urgency).isSilent
        }
        #expect(isSilent([.notice, .notice], .ordinary))
        #expect(!isSilent([.notice, .warning], .ordinary))
        #expect(!isSilent([.critical], .critical))
    }

    @Test func `nobody can ask not to be told of what is critical`() {
        for kind in Notification.Kind.allCases {
            for least in Notification.Severity.allCases {
                var chat = TelegramChat.sample
                chat.least = least
                chat.silent = Set(Notification.Kind.allCases)
                #expect(chat.wants(.sample(kind, .critical)))
                #expect(!chat.wants(.sample(kind, .warning)))
                chat.silent = []
                #expect(chat.wants(.sample(kind, .warning)) == (least != .critical))
                #expect(chat.wants(.sample(kind, .notice)) == (least == .notice))
            }
        }
    }

    @Test func `a group gets twenty messages a minute, and nobody more than one a second`() {
        var pace = Pace(isGroup: true)
        var alone = Pace(isGroup: false)
        #expect(pace.wait(at: .sample) == .zero)
        for second in 0..<20 {
            pace.sent(at: .sample + .seconds(second))
            alone.sent(at: .sample + .seconds(second))
        }
        #expect(pace.wait(at: .sample + .seconds(20)) == .seconds(40))
        #expect(pace.wait(at: .sample + .seconds(60)) == .zero)
        #expect(alone.wait(at: .sample + .milliseconds(19_400)) == .milliseconds(600))
        #expect(alone.wait(at: .sample + .seconds(20)) == .zero)
        #expect(alone.wait(at: .sample - .seconds(86_400)) == .seconds(60))
    }

    @Test func `a server that does not answer is left alone longer each time, up to a minute`() {
        var backoff = Backoff()
        #expect((1...9).map { _ in backoff.failed() } == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
        backoff.succeeded()
        #expect(backoff.failed() == .seconds(1))
    }

    @Test(arguments: [
        (200, #"{"ok":true,"result":{}}"#, "done"), (200, #"{"ok":true}"#, "unanswered"),
        (429, #"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":35}}"#, "wait 35s"),
        (429, #"{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":999999}}"#, "wait 3600s"),
        (429, #"{"ok":false,"error_code":429,"description":"x"}"#, "wait 5s"),
        (403, #"{"ok":false,"error_code":403,"description":"Forbidden"}"#, "refused 403 nil"),
        (
            400, #"{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-1009}}"#,
            "refused 400 -1009"
        ),
        (500, #"{"ok":false,"error_code":500,"description":"Internal"}"#, "unanswered"),
        (502, "<html>", "unanswered"), (200, "", "unanswered"), (200, "[]", "unanswered"),
    ])
    func `an answer says what to do next`(status: Int, body: String, what: String) {
        let answer = BotAnswer(status: status, body: Array(body.utf8))
        let read =
            switch answer {
            case .done: "done"
            case .wait(let pause): "wait \(pause.inSeconds)"
            case .refused(let code, _, let moved): "refused \(code) \(moved.map(String.init) ?? "nil")"
            case .unanswered: "unanswered"
            }
        #expect(read == what)
    }
}
