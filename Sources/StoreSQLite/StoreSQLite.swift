public import Desk
public import Engine
import Foundation
import GRDB
public import Trading

/// The durable store: one SQLite database, one writing process, one writing connection.
///
/// WAL with `synchronous=FULL`: a commit that returned has been fsynced. SQLite 3.40 must never see two connections
/// write or checkpoint at once (a bug fixed only in 3.51.3), so backups and tools go through this one or only read.
public final class StoreSQLite: Journal, Sendable {
    /// The file's true path, whatever name it was opened by.
    public let path: String
    let pool: DatabasePool
    private let lock: WriterLock
    private let checkpoints = Checkpoints()

    private init(path: String, pool: DatabasePool, lock: WriterLock) {
        self.path = path
        self.pool = pool
        self.lock = lock
        pool.writeWithoutTransaction { db in checkpoints.begin(on: db) }
    }

    /// Takes the writer lock, opens the database, creating it and its folder if need be, and brings it up to date.
    public static func open(path: String) throws(StoreError) -> StoreSQLite {
        let file = try StoreFile.prepare(path)
        let lock = try WriterLock.take(file.lockPath)
        try file.create()
        do {
            let pool = try DatabasePool(path: file.path, configuration: .writer(at: file.path))
            try pool.writeWithoutTransaction { db in try db.requireDurability() }
            try Migrations.all.migrate(pool)
            return StoreSQLite(path: file.path, pool: pool, lock: lock)
        } catch {
            throw StoreError(error, at: file.path)
        }
    }

    /// Ends with everything in the one database file, and lets another process take over. Safe to call twice.
    public func close() throws {
        // The writer must be the last connection to go: only it folds the write-ahead log into the database.
        pool.releaseMemory()
        try pool.close()
        lock.release()
    }

    deinit { try? pool.close() }

    public func archive(of client: ClientID) -> any OrderArchive { ArchiveSQLite(client: client, source: self) }
}

// MARK: - Backup

extension StoreSQLite {
    /// Copies the store as it is at one moment, while it goes on being written. The copy must not exist yet.
    public func backUp(to path: String) async throws(JournalError) {
        guard !FileManager.default.fileExists(atPath: path) else { throw .failed("\(path) exists already") }
        do {
            try await pool.vacuum(into: path)
        } catch {
            throw JournalError(error)
        }
        guard chmod(path, 0o600) == 0 else {
            throw .failed("\(path) was written, but others may read it: \(SystemError.last)")
        }
    }
}

// MARK: - Journal

extension StoreSQLite {
    @discardableResult
    public func commit(_ changes: [DeskChanges]) async throws(JournalError) -> Duration {
        try await write { db in
            for changes in changes { try db.store(changes) }
        }
    }

    public func snapshot(of client: ClientID, since day: TradingDay) async throws(JournalError) -> DeskSnapshot {
        try await read { db in try db.snapshot(of: client, since: day) }
    }

    public func group(of client: ClientID, key: String) async throws(JournalError) -> Group? {
        try await read { db in try db.group(of: client, key: key) }
    }

    /// One transaction; returns how long its commit took. A commit under way cannot be cancelled: what became of it would not be known.
    @discardableResult
    func write(
        _ work: @escaping @Sendable (Database) throws -> Void
    ) async throws(JournalError) -> Duration {
        let result: Result<Duration, JournalError> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [checkpoints] db in
                do {
                    continuation.resume(returning: .success(try db.inOneCommit { try work(db) }))
                } catch {
                    continuation.resume(returning: .failure(JournalError(error)))
                }
                checkpoints.checkpointIfDue(db)
            }
        }
        return try result.get()
    }
}

extension StoreSQLite: RowSource {
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value {
        do {
            return try await pool.read(work)
        } catch {
            throw JournalError(error)
        }
    }
}
