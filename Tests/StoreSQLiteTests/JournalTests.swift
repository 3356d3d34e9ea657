import Engine
import GRDB
import Testing
import Trading

@testable import Desk
@testable import StoreSQLite

struct JournalTests {
    let folder: StoreFolder
    let store: StoreSQLite

    init() throws {
        folder = try StoreFolder()
        store = try folder.open()
    }

    @Test func `it keeps the journal's contract`() async throws {
        var folders: [StoreFolder] = []
        try await verifyJournalContract {
            let folder = try StoreFolder()
            folders.append(folder)
            return try folder.open()
        }
    }

    @Test func `every tag, side, source and notification can be stored`() async throws {
        for (number, tag) in OrderTag.allCases.enumerated() {
            let story = try OrderStory(.sample(100 + number)).adding(.blocked(Reason(tag, "why")))
            try await store.commit([story.changes])
            #expect(try await store.archive(of: "FA00001").history(of: story.record.id)?.record == story.record)
        }
        var changes = DeskChanges(client: "FA00001")
        for kind in Notification.Kind.allCases {
            for severity in Notification.Severity.allCases {
                changes.notifications.append(
                    Notification(kind: kind, severity: severity, text: "text", command: nil, at: .sample)
                )
            }
        }
        let sources = Source.allCases.enumerated().map { number, source in
            Group(
                id: .sample(number),
                source: source,
                idempotencyKey: nil,
                contentHash: "",
                request: "",
                receivedAt: .sample
            )
        }
        changes.groups = sources
        try await store.commit([changes])
        #expect(try await store.snapshot(of: "FA00001", since: .sample).groups == sources)
        #expect(try await store.count("SELECT max(id) FROM notifications") == changes.notifications.count)
    }

    @Test func `what persons said is numbered for each client and stays`() async throws {
        for (client, action) in [("A", AuditEntry.Action.halt), ("B", .resume), ("A", .resolve)]
            as [(ClientID, AuditEntry.Action)]
        {
            var changes = DeskChanges(client: client)
            changes.audit = [AuditEntry(action, by: "asha", "why", at: .sample)]
            try await store.commit([changes])
        }
        let rows = "SELECT count(*) FROM audit WHERE actor = 'asha' AND detail = 'why' AND "
        #expect(try await store.count(rows + "client = 'A' AND (id = 1 AND action = 'halt' OR id = 2)") == 2)
        #expect(try await store.count(rows + "client = 'B' AND id = 1") == 1)
        await #expect(throws: DatabaseError.self) { try await store.execute("DELETE FROM audit") }
    }

    @Test func `notifications are numbered for each client`() async throws {
        let notification = Notification(kind: .halted, severity: .critical, text: "", command: nil, at: .sample)
        for client in ["A", "B", "A"] as [ClientID] {
            var changes = DeskChanges(client: client)
            changes.notifications = [notification]
            try await store.commit([changes])
        }
        #expect(try await store.count("SELECT count(*) FROM notifications WHERE client = 'A' AND id IN (1, 2)") == 2)
        #expect(try await store.count("SELECT count(*) FROM notifications WHERE client = 'B' AND id = 1") == 1)
    }

    @Test func `a group of yesterday comes along with its order of today`() async throws {
        let old = Timestamp.sample - .seconds(5 * 86_400)
        let group = Group(
            id: .sample(1),
            source: .webhook,
            idempotencyKey: nil,
            contentHash: "",
            request: "",
            receivedAt: old,
            commands: [.sample(1)]
        )
        var changes = try OrderStory(.sample(1), at: old).changes
        changes.groups = [group]
        try await store.commit([changes])
        #expect(try await store.snapshot(of: "FA00001", since: .sample).groups == [group])
    }

    @Test func `a sum beyond 64 bits comes back exactly`() async throws {
        let story = try OrderStory(.sample(1)).adding(.sending(quantity: 75), .accepted("1", sentAt: .sample))
        let value = Int128(Int64.max) * 10
        let record = OrderRecord(
            command: story.record.command,
            state: story.record.state,
            quantity: 75,
            filled: FillSum(quantity: 40, value: value),
            pending: .modify,
            makesWayFor: nil,
            askedTerms: WorkingTerms(quantity: 80, type: .market),
            isDisputed: true,
            tradingDay: .sample,
            version: story.record.version,
            createdAt: .sample,
            updatedAt: .sample
        )
        var changes = DeskChanges(client: "FA00001")
        changes.orders = [record]
        try await store.commit([changes])
        #expect(try await store.snapshot(of: "FA00001", since: .sample).orders == [record])
    }

    @Test func `a text with a zero byte cannot hide another key`() async throws {
        try await store.commit([.groups(.sample(1, key: "a\u{0}b"))])
        try await store.commit([.groups(.sample(2, key: "a"))])
        #expect(try await store.group(of: "FA00001", key: "a\u{0}b")?.id == .sample(1))
        #expect(try await store.group(of: "FA00001", key: "a")?.id == .sample(2))
    }

    @Test func `a commit does not stop when its task is cancelled`() async throws {
        let store = store
        let story = try OrderStory(.sample(1))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await store.commit([story.changes])
        }
        try await task.value
        #expect(try await store.snapshot(of: "FA00001", since: .sample).orders == [story.record])
    }

    @Test func `a commit by whoever has no more room says busy`() async throws {
        try await store.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        let stories = try (1...50).map { try OrderStory(.sample($0)) }
        do {
            try await store.commit([stories.changes(of: "FA00001")])
            Issue.record("there was room")
        } catch {
            guard case .busy = error else {
                Issue.record("\(error)")
                return
            }
        }
        #expect(try await store.snapshot(of: "FA00001", since: .sample).orders == [])
    }

    @Test func `a closed store fails`() async throws {
        try store.close()
        do {
            try await store.commit([try OrderStory(.sample(1)).changes])
            Issue.record("it was stored")
        } catch let error as JournalError {
            guard case .failed = error else {
                Issue.record("\(error)")
                return
            }
        }
    }
}
