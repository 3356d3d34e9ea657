import Desk
import Engine
import Synchronization
import Trading

/// A journal that counts and times the commits of another one.
final class CountingJournal: Journal {
    struct Count: Sendable {
        var commits = 0
        var time: Duration = .zero
        /// When the last one began.
        var began: ContinuousClock.Instant?
    }

    private let journal: any Journal
    private let state = Mutex(Count())

    init(_ journal: any Journal) { self.journal = journal }

    var count: Count { state.withLock { $0 } }

    func commit(_ changes: [DeskChanges]) async throws(JournalError) -> Duration {
        let began = ContinuousClock.now
        state.withLock { $0.began = began }
        let synced = try await journal.commit(changes)
        let time = ContinuousClock.now - began
        state.withLock { state in
            state.commits += 1
            state.time += time
        }
        return synced
    }

    func snapshot(of client: ClientID, since day: TradingDay) async throws(JournalError) -> DeskSnapshot {
        try await journal.snapshot(of: client, since: day)
    }

    func group(of client: ClientID, key: String) async throws(JournalError) -> Group? {
        try await journal.group(of: client, key: key)
    }

    func backUp(to path: String) async throws(JournalError) { try await journal.backUp(to: path) }

    func archive(of client: ClientID) -> any OrderArchive { journal.archive(of: client) }
}
