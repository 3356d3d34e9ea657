import GRDB

extension Configuration {
    /// The file is looked at before anything is written to it: GRDB changes its journal mode on opening.
    static func writer(at path: String) -> Configuration {
        var configuration = Configuration()
        configuration.label = "store"
        configuration.busyMode = .timeout(1)
        configuration.prepareDatabase { db in
            if !db.configuration.readonly { try db.requireStoreOrNothing(at: path) }
        }
        return configuration
    }
}

extension Database {
    /// `SXNT`: marks the file as ours, so that nobody's database is taken for a store.
    static let storeMark = 0x5358_4E54

    /// GRDB sets `synchronous` to NORMAL on its own when it opens a pool, so it is set after that, and read back.
    func requireDurability() throws {
        try execute(sql: Pragma.setSynchronousFull.rawValue)
        guard try Int.fetchOne(self, sql: Pragma.synchronous.rawValue) == 2,
            try String.fetchOne(self, sql: Pragma.journalMode.rawValue) == "wal"
        else { throw DatabaseError(message: "the database does not take journal_mode=WAL with synchronous=FULL") }
    }

    /// A store that this Sextant can bring up to date, or a file with nothing in it.
    func requireStoreOrNothing(at path: String) throws {
        if try Int.fetchOne(self, sql: Pragma.tables.rawValue) == 0 { return }
        try requireMark(at: path)
    }

    /// A store that this very Sextant could have written.
    func requireStore(at path: String) throws {
        try requireMark(at: path)
        guard try Migrations.all.hasCompletedMigrations(self) else {
            let reason = "was written by an older Sextant; start the server once to bring it up to date"
            throw StoreError.unusable(path: path, reason: reason)
        }
    }

    private func requireMark(at path: String) throws {
        guard try Int.fetchOne(self, sql: Pragma.mark.rawValue) == Self.storeMark else {
            let reason = "is no Sextant store; name another file under store.sqlite"
            throw StoreError.unusable(path: path, reason: reason)
        }
        let unknown = try Migrations.all.appliedIdentifiers(self).subtracting(Migrations.all.migrations)
        if let first = unknown.min() { throw StoreError.newer(path: path, migration: first) }
    }
}

extension StoreError {
    /// What GRDB or SQLite threw while a store was opened.
    init(_ error: any Error, at path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        let code = (error as? DatabaseError)?.resultCode
        let text = (error as? DatabaseError)?.message ?? "\(error)"
        let reason =
            switch code {
            case .SQLITE_NOTADB: "is no Sextant store; name another file under store.sqlite"
            case .SQLITE_CORRUPT: "is damaged (\(text)); restore a backup"
            case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
                "cannot be opened (\(text)); see to the permissions of the file and its folder"
            case .SQLITE_BUSY, .SQLITE_LOCKED: "is locked by another program (\(text)); end that one"
            case .SQLITE_FULL: "lies on a full disk; make room"
            default: "cannot be used (\(text)); see to its disk, or restore a backup"
            }
        self = .unusable(path: path, reason: reason)
    }
}
