public import Engine
import Foundation
import GRDB
public import Trading

/// Sessions live in the store, sealed by whoever brings them.
extension StoreSQLite: SessionVault {
    public func session(of client: ClientID) async throws(JournalError) -> SessionRecord? {
        try await read { db in
            try Row.fetchOne(
                db.cachedStatement(sql: SessionStatement.session.rawValue),
                arguments: [client.text, SessionStatement.broker]
            ).map { row in
                SessionRecord(
                    token: (row["token"] as Data?).map { Array($0) },
                    oneTimeStep: row["one_time_step"],
                    openedAt: (row["opened_at"] as Int64?).map { Timestamp(microseconds: $0) }
                )
            }
        }
    }

    public func keep(_ record: SessionRecord, of client: ClientID) async throws(JournalError) {
        try await write { db in
            try db.cachedStatement(sql: SessionStatement.keep.rawValue).execute(
                arguments: [
                    client.text, SessionStatement.broker, record.token.map { Data($0) }, record.oneTimeStep,
                    record.openedAt?.microseconds,
                ]
            )
        }
    }
}
