import GRDB
import GRDBSQLite
import Synchronization

/// Folds the write-ahead log into the database between commits. SQLite does it as a part of every so many commits, which
/// would then be answered late.
final class Checkpoints: Sendable {
    /// SQLite's own default. A log that is kept short is written over in place, and an fsync of that costs least.
    private static let bound: CInt = 1000

    /// Pages in the log.
    private let pages = Atomic<CInt>(0)

    /// Takes over from SQLite on the writing connection, which must be closed before this goes.
    func begin(on db: Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, _, _, pages in
                guard let context else { return SQLITE_OK }
                Unmanaged<Checkpoints>.fromOpaque(context).takeUnretainedValue().pages.store(pages, ordering: .relaxed)
                return SQLITE_OK
            },
            context
        )
    }

    /// Checkpoints if the log has grown enough. Waits for nobody; what a reader keeps from being folded in comes along the
    /// next time, and so does what fails: the log has it all.
    func checkpointIfDue(_ db: Database) {
        guard pages.load(ordering: .relaxed) >= Self.bound else { return }
        sqlite3_wal_checkpoint_v2(db.sqliteConnection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }
}
