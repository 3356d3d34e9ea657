import Desk
import Engine
import JSONText
import Logging
import Trading

/// Tells one chat, for as long as it takes: what was not told for certain is told again, oldest first, what is critical
/// before the rest. Each message takes along all that has come since the last.
struct ChatCourier: Sendable {
    /// How often the outbox is asked for more.
    static let interval: Duration = .milliseconds(500)
    /// How many notifications one message is made of at most.
    private static let batch = 2000
    private static let gathering: Duration = .milliseconds(250)
    /// A chat that refuses messages is asked again this much later: somebody may have let the bot in.
    private static let refusedFor: Duration = .seconds(300)

    let bot: TelegramBot
    let chat: TelegramChat
    let outbox: any NotificationOutbox
    let clock: any WallClock
    let logger: Logger

    /// What is known here beyond what the outbox holds.
    private struct State {
        var pace: Pace
        var backoff = Backoff()
        /// Nothing that this chat is to be told of stands before these.
        var places: [OutboxReader.Urgency: Int64] = [:]
        /// Where the group has moved to.
        var movedTo: Int64?
        /// Telegram could not read the HTML of the last message: it goes as it is.
        var isPlain = false
    }

    /// Runs until its task is cancelled.
    func run(since: Timestamp) async {
        var state = State(pace: Pace(isGroup: chat.isGroup))
        var isEnrolled = false
        while !Task.isCancelled {
            var pause = Self.interval
            do throws(JournalError) {
                if !isEnrolled {
                    try await enrol(&state, since: since)
                    isEnrolled = true
                }
                pause = try await tellNext(&state)
            } catch {
                // A standby, or a store in trouble: the engine says so.
                pause = .seconds(1)
            }
            guard pause > .zero else { continue }
            do { try await clock.sleep(for: pause) } catch { return }
        }
    }

    private func enrol(_ state: inout State, since: Timestamp) async throws(JournalError) {
        for urgency in OutboxReader.Urgency.allCases {
            let reader = chat.reader(urgency)
            try await outbox.enrol(reader, since: since)
            state.places[urgency] = try await outbox.place(of: reader)
        }
    }

    /// Sends the most urgent message there is; returns how long to pause.
    private func tellNext(_ state: inout State) async throws(JournalError) -> Duration {
        let wait = state.pace.wait(at: clock.now())
        if wait > .zero { return wait }
        let newest = try await outbox.newest(of: chat.client)
        for urgency in OutboxReader.Urgency.allCases {
            let place = state.places[urgency] ?? 0
            guard newest > place else { continue }
            let reader = chat.reader(urgency)
            let waiting = try await outbox.notifications(for: reader, after: place, limit: Self.batch)
            let wanted = waiting.filter { chat.wants($0.notification) }
            guard !wanted.isEmpty else {
                // Nothing that stands before `newest` and could be read is for this chat.
                let passed = waiting.count < Self.batch ? newest : waiting.last?.number ?? newest
                if waiting.count == Self.batch { try await outbox.told(reader, through: passed, at: clock.now()) }
                state.places[urgency] = passed
                continue
            }
            if urgency == .ordinary, isGathering(wanted) { return Self.gathering }
            let message = AlertText(wanted, of: chat.client, urgency)
            return try await send(message, as: reader, &state)
        }
        return Self.interval
    }

    /// A burst is one message: what is not urgent waits until no more comes, though not for long.
    private func isGathering(_ alerts: [NumberedNotification]) -> Bool {
        guard let oldest = alerts.first?.notification.at, let newest = alerts.last?.notification.at else {
            return false
        }
        let now = clock.now()
        return now - newest < .seconds(1) && now - oldest < .seconds(3) && now >= newest
    }

    private func send(
        _ message: AlertText,
        as reader: OutboxReader,
        _ state: inout State
    ) async throws(JournalError) -> Duration {
        let answer = await bot.call("sendMessage", message.parameters(to: state.movedTo ?? chat.id, state.isPlain))
        switch answer {
        case .done:
            state.backoff.succeeded()
            state.isPlain = false
            state.pace.sent(at: clock.now())
            await keep(reader, through: message.through)
            state.places[reader.urgency] = message.through
            return .zero
        case .wait(let pause):
            log(.notice, "Telegram asks to wait", ["wait": "\(pause.inSeconds)"])
            return pause
        case .refused(_, let text, let moved?):
            state.movedTo = moved
            log(
                .warning,
                "a chat has moved: write its new id into the configuration",
                ["new": "\(moved)", "text": "\(text)"]
            )
            return .zero
        case .refused(let code, let text, nil):
            if code == 400, text.contains("parse"), !state.isPlain {
                state.isPlain = true
                return .zero
            }
            log(.error, "Telegram refuses messages; what waits is kept", ["code": "\(code)", "text": "\(text)"])
            return Self.refusedFor
        case .unanswered(let text):
            let pause = state.backoff.failed()
            // Once is nothing; after that each doubling is worth a line.
            if state.backoff.failures > 1 {
                log(
                    .warning,
                    "Telegram does not answer; what waits is kept",
                    ["problem": "\(text)", "failures": "\(state.backoff.failures)"]
                )
            }
            return pause
        }
    }

    /// A message that was delivered is not sent again because the store is busy: only a crash can make that happen.
    private func keep(_ reader: OutboxReader, through number: Int64) async {
        while !Task.isCancelled {
            do throws(JournalError) {
                return try await outbox.told(reader, through: number, at: clock.now())
            } catch {
                log(.warning, "a delivery could not be written down; trying again", ["problem": "\(error)"])
            }
            do { try await clock.sleep(for: .seconds(1)) } catch { return }
        }
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata) {
        let about: Logger.Metadata = ["client": "\(chat.client)", "chat": "\(chat.id)"]
        logger.log(level: level, message, metadata: about.merging(metadata) { $1 })
    }
}

extension AlertText {
    /// What `sendMessage` is given.
    fileprivate func parameters(to chat: Int64, _ isPlain: Bool) -> JSONValue {
        var members = [
            JSONMember("chat_id", JSONValue(Int(chat))), JSONMember("text", .string(text)),
            JSONMember("link_preview_options", ["is_disabled": true]),
            JSONMember("disable_notification", .bool(isSilent)),
        ]
        if !isPlain { members.append(JSONMember("parse_mode", "HTML")) }
        return .object(members)
    }
}
