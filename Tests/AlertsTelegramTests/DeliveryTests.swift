import AlertsTelegram
import BotAPIServer
import Desk
import Engine
import StoreSQLite
import Synchronization
import Testing
import Trading

@Suite(.serialized) struct DeliveryTests {
    private func run(
        _ chats: Set<Int64> = [42, -1001],
        _ body: (Outbox, BotAPIServer) async throws -> Void
    ) async throws {
        let outbox = try Outbox()
        let clock = outbox.clock
        try await BotAPIServer.run(chats: chats, now: { clock.now() }) { server in try await body(outbox, server) }
    }

    private func notes(_ count: Int, _ severity: Notification.Severity, at time: Timestamp) -> [Notification] {
        (0..<count).map { .sample(.rejected, severity, "<note \($0)>", at: time) }
    }

    @Test func `a burst is one message, and is marked as delivered`() async throws {
        try await run { outbox, server in
            try await outbox.telling(at: server) {
                try await outbox.commit(notes(12, .warning, at: outbox.clock.now()))
                try await eventually("all were told") { server.numbers().count >= 12 }
                try await eventually("it is written down") {
                    try await outbox.store.place(of: outbox.ordinary) == 12
                }
            }
            #expect(server.messages.count == 1)
            #expect(server.numbers() == Array(1...12))
            #expect(server.messages.first?.text.contains("<note 3>") == true)
            #expect(server.refusals == [])
        }
    }

    @Test func `what is critical goes before all that waits, each kind in its order`() async throws {
        try await run { outbox, server in
            let time = outbox.clock.now() + .seconds(1)
            try await outbox.commit([
                .sample(.blocked, .notice, at: time), .sample(.exitFailed, .critical, at: time),
                .sample(.blocked, .warning, at: time), .sample(.halted, .critical, at: time),
            ])
            try await outbox.telling(at: server) {
                try await eventually("all were told") { server.numbers().count == 4 }
            }
            #expect(server.numbers() == [2, 4, 1, 3])
            #expect(server.messages.map(\.isSilent) == [false, false])
        }
    }

    @Test func `killed a hundred times between event and delivery, all is told, each once more a kill at most`()
        async throws
    {
        try await run { outbox, server in
            var written = 0
            var random = SystemRandomNumberGenerator()
            for round in 0..<100 {
                let dying = DyingOutbox(outbox.store, at: DyingOutbox.Moment.allCases[round % 4])
                let told = server.numbers().count
                try await outbox.telling(at: server, through: dying) {
                    let count = Int.random(in: 1...4, using: &random)
                    let severity: Notification.Severity = round % 8 < 4 ? .critical : .warning
                    try await outbox.commit(notes(count, severity, at: outbox.clock.now()))
                    written += count
                    try await eventually("it is dead") { dying.isDead }
                }
                // One life tells each once: whatever comes twice has a kill between.
                let inThisLife = server.numbers().dropFirst(told)
                #expect(Set(inThisLife).count == inThisLife.count)
                try outbox.reopen()
            }
            try await outbox.telling(at: server) {
                try await eventually("all were told") {
                    let places = try await outbox.places()
                    return Set(server.numbers()).count == written && places.max() == Int64(written)
                }
            }
            #expect(Set(server.numbers()) == Set(1...Int64(written)))
            // A new life does not know when the last one wrote: it is told to wait, and does.
            #expect(server.refusals.allSatisfy { $0 == "Too Many Requests: retry after 1" })
        }
    }

    @Test func `what was told and written down is not told again after a start`() async throws {
        try await run { outbox, server in
            for round in 1...5 {
                try await outbox.telling(at: server) {
                    try await outbox.commit(notes(2, .critical, at: outbox.clock.now()))
                    try await eventually("it is written down") {
                        try await outbox.places().max() == Int64(round * 2)
                    }
                }
                try outbox.reopen()
            }
            #expect(server.numbers() == Array(1...10))
        }
    }

    @Test func `an answer that is lost means that it is told again`() async throws {
        try await run { outbox, server in
            let lost = Mutex(0)
            server.feel {
                lost.withLock { lost in
                    lost += 1
                    return lost == 1 ? .doingSilently : .answering
                }
            }
            try await outbox.telling(at: server, timeout: .milliseconds(200)) {
                try await outbox.commit(notes(1, .critical, at: outbox.clock.now()))
                try await eventually("it is written down") { try await outbox.places().max() == 1 }
            }
            #expect(server.numbers() == [1, 1])
        }
    }

    @Test func `an outage of an hour over a restart loses nothing, and the server is not hammered`() async throws {
        try await run { outbox, server in
            let clock = outbox.clock
            let end = clock.now() + .seconds(3600)
            server.feel { clock.now() < end ? .failing : .answering }
            for part in 1...2 {
                try await outbox.telling(at: server) {
                    try await outbox.commit(notes(30, .critical, at: clock.now()))
                    try await outbox.commit(notes(300, .notice, at: clock.now()))
                    let then = end - .seconds(3600 - part * 1700)
                    try await eventually("almost half an hour has passed") { clock.now() > then }
                }
                try outbox.reopen()
            }
            #expect(server.messages.isEmpty)
            #expect((20..<100).contains(server.calls))
            try await outbox.telling(at: server) {
                try await eventually("all was told") { try await outbox.places() == [360, 660] }
            }
            // The critical ones each, and first; of the notices the newest, and how many more there were.
            let criticals = Array(1...30) + Array(331...360) as [Int64]
            #expect(server.numbers().prefix(60) == criticals[...])
            #expect(server.messages.last?.text.contains("590 × REJECTED") == true)
            #expect(server.messages.allSatisfy { $0.at >= end })
        }
    }

    @Test func `ten thousand in a minute are told within the limits of a group`() async throws {
        try await run { outbox, server in
            let clock = outbox.clock
            let begun = clock.now()
            try await outbox.telling([.group], at: server) {
                for _ in 0..<100 {
                    try await outbox.commit(notes(99, .warning, at: clock.now()) + notes(1, .critical, at: clock.now()))
                }
                try await eventually("all was told") { try await outbox.places(in: .group).min() ?? 0 >= 9999 }
            }
            #expect(server.refusals == [])
            let criticals = server.numbers(in: -1001).filter { $0 % 100 == 0 }
            #expect(Set(criticals) == Set((1...100).map { Int64($0 * 100) }))
            // At most one of each urgency a commit, however fast they come.
            #expect(server.messages.count <= 200)
            #expect(clock.now() > begun)
        }
    }

    @Test func `a limit that others have used up is waited out for as long as Telegram says`() async throws {
        try await run { outbox, server in
            let clock = outbox.clock
            let begun = clock.now()
            // Somebody else writes in the bot's name.
            server.limit(42, for: .seconds(35))
            try await outbox.telling(at: server) {
                try await outbox.commit(notes(1, .critical, at: clock.now()))
                try await eventually("it was told") { server.numbers() == [1] }
            }
            #expect(server.refusals == ["Too Many Requests: retry after 35"])
            #expect((server.messages.first?.at ?? begun) - begun >= .seconds(35))
        }
    }

    @Test func `a chat that has moved is followed, and one that blocks the bot is asked again later`() async throws {
        try await run { outbox, server in
            server.move(-1001, to: -1002)
            server.block(42)
            let other = TelegramChat(id: 42, client: "FA00002")
            let begun = outbox.clock.now()
            try await outbox.telling([.group, other], at: server) {
                try await outbox.commit(notes(1, .critical, at: outbox.clock.now()))
                try await outbox.commit(notes(1, .critical, at: outbox.clock.now()), of: "FA00002")
                try await eventually("the moved one was told") { server.numbers(in: -1002) == [1] }
                try await eventually("the other was refused") { server.refusals.contains { $0.contains("blocked") } }
                server.block(42, false)
                try await eventually("it is told as well") { server.numbers(in: 42) == [1] }
            }
            #expect(outbox.clock.now() - begun >= .seconds(300))
        }
    }

    @Test func `each chat is told of its own client alone, as it asked to be`() async throws {
        try await run { outbox, server in
            var picky = TelegramChat(id: 42, client: "FA00002")
            picky.least = .warning
            picky.silent = [.blocked]
            try await outbox.telling([.group, picky], at: server) {
                let time = outbox.clock.now()
                try await outbox.commit([.sample(.rejected, .critical, "of the first", at: time)])
                try await outbox.commit(
                    [
                        .sample(.confirmed, .notice, at: time), .sample(.blocked, .warning, at: time),
                        .sample(.blocked, .critical, at: time), .sample(.rejected, .warning, at: time),
                    ],
                    of: "FA00002"
                )
                try await eventually("both were told") {
                    server.numbers(in: -1001) == [1] && server.numbers(in: 42) == [3, 4]
                }
            }
            #expect(server.messages.filter { $0.chat == 42 }.allSatisfy { !$0.text.contains("FA00001") })
            #expect(server.messages.filter { $0.chat == -1001 }.allSatisfy { !$0.text.contains("FA00002") })
        }
    }

    @Test func `a chat that is new hears nothing of what was before it`() async throws {
        try await run { outbox, server in
            let old = outbox.clock.now() - .seconds(86_400)
            try await outbox.commit(notes(500, .critical, at: old))
            try await outbox.telling(at: server) {
                try await outbox.commit(notes(1, .critical, at: outbox.clock.now()))
                try await eventually("the new one was told") { server.numbers() == [501] }
            }
        }
    }
}

/// The store until its moment comes: from then on nothing happens any more, as in a process that was killed.
private final class DyingOutbox: NotificationOutbox, Sendable {
    enum Moment: CaseIterable { case beforeReading, beforeSending, beforeWritingDown, afterWritingDown }

    private let outbox: any NotificationOutbox
    private let moment: Moment
    private let death = Mutex(false)

    var isDead: Bool { death.withLock { $0 } }

    init(_ outbox: any NotificationOutbox, at moment: Moment) {
        self.outbox = outbox
        self.moment = moment
    }

    private func die(at moment: Moment) async throws(JournalError) {
        guard moment == self.moment || isDead else { return }
        death.withLock { $0 = true }
        // Until the test cancels it: nothing after this line is done.
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
        throw .failed("killed")
    }

    func enrol(_ reader: OutboxReader, since: Timestamp) async throws(JournalError) {
        try await outbox.enrol(reader, since: since)
    }

    func place(of reader: OutboxReader) async throws(JournalError) -> Int64? { try await outbox.place(of: reader) }

    func newest(of client: ClientID) async throws(JournalError) -> Int64 { try await outbox.newest(of: client) }

    func notifications(
        for reader: OutboxReader,
        after number: Int64,
        limit: Int
    ) async throws(JournalError) -> [NumberedNotification] {
        try await die(at: .beforeReading)
        let found = try await outbox.notifications(for: reader, after: number, limit: limit)
        if !found.isEmpty { try await die(at: .beforeSending) }
        return found
    }

    func told(_ reader: OutboxReader, through number: Int64, at time: Timestamp) async throws(JournalError) {
        try await die(at: .beforeWritingDown)
        try await outbox.told(reader, through: number, at: time)
        try await die(at: .afterWritingDown)
    }
}

extension Outbox {
    var ordinary: OutboxReader { OutboxReader(client: .sample, channel: "telegram:42", urgency: .ordinary) }

    /// How far the chat has come: with what is critical, and with the rest.
    func places(in chat: TelegramChat = .sample) async throws -> [Int64] {
        var places: [Int64] = []
        for urgency in OutboxReader.Urgency.allCases {
            let reader = OutboxReader(client: chat.client, channel: "telegram:\(chat.id)", urgency: urgency)
            places.append(try await store.place(of: reader) ?? 0)
        }
        return places
    }
}
