import GRDB
package import Trading

extension StoreSQLite {
    /// Adds `count` orders of years ago. The store must be opened anew before it is used: this one is in a hurry.
    package func fill(withPastOrders count: Int, of client: ClientID) async throws {
        try await pool.writeWithoutTransaction { db in
            for pragma in [Pragma.setSynchronousOff, .setForeignKeysOff] { try db.execute(sql: pragma.rawValue) }
            for statement in FillingStatement.allCases {
                try db.inTransaction(.immediate) {
                    let arguments: StatementArguments = ["client": client.text, "count": count]
                    try db.execute(sql: statement.rawValue, arguments: arguments)
                    return .commit
                }
            }
        }
    }
}
