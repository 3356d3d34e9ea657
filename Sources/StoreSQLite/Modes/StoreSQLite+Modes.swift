import GRDB
public import Trading

extension StoreSQLite {
    /// Holds every client to the mode that it first had in this store.
    ///
    /// Throws `StoreError.otherMode` for the first one that has another now; then nothing was written.
    public func pin(_ modes: [ClientID: ClientMode], at now: Timestamp) throws(StoreError) {
        try wrap {
            try pool.write { db in
                let new = try db.requireModes(modes, at: path)
                for (client, mode) in new {
                    let row: StatementArguments = [client.text, mode.rawValue, now.microseconds]
                    try db.execute(sql: ModeStatement.insertMode.rawValue, arguments: row)
                }
            }
        }
    }

    /// Whether any order of the client is known to its broker.
    public func hasOrdersAtBroker(of client: ClientID) throws(StoreError) -> Bool {
        try wrap {
            try pool.read { db in
                let sql = ModeStatement.anyOrderAtBroker.rawValue
                return try Int.fetchOne(db, sql: sql, arguments: ["client": client.text]) != nil
            }
        }
    }

    private func wrap<Value>(_ work: () throws -> Value) throws(StoreError) -> Value {
        do {
            return try work()
        } catch {
            throw StoreError(error, at: path)
        }
    }
}

extension StoreReaderSQLite {
    /// What `StoreSQLite.pin` would refuse, for one who may not write yet.
    public func requireModes(_ modes: [ClientID: ClientMode]) throws(StoreError) {
        do {
            _ = try file.readBlocking { db in try db.requireModes(modes, at: file.path) }
        } catch {
            throw StoreError(error, at: file.path)
        }
    }
}

extension Database {
    func mode(of client: ClientID) throws -> ClientMode? {
        try String.fetchOne(self, sql: ModeStatement.mode.rawValue, arguments: ["client": client.text])
            .flatMap { ClientMode(rawValue: $0) }
    }

    /// Those that are not pinned yet; throws for one that is pinned to the other mode.
    fileprivate func requireModes(
        _ modes: [ClientID: ClientMode],
        at path: String
    ) throws -> [(ClientID, ClientMode)] {
        var new: [(ClientID, ClientMode)] = []
        for (client, mode) in modes.sorted(by: { $0.key < $1.key }) {
            guard let pinned = try self.mode(of: client) else {
                new.append((client, mode))
                continue
            }
            guard pinned == mode else {
                throw StoreError.otherMode(path: path, client: client.text, pinned: pinned, now: mode)
            }
        }
        return new
    }
}
