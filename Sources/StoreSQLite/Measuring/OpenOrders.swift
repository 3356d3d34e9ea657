import GRDB
package import Trading

extension StoreSQLite {
    /// How many of a client's orders have not come to their end.
    package func openOrders(of client: ClientID) async throws -> Int {
        try await pool.read { db in
            try Int.fetchOne(
                db,
                sql: MeasuringStatement.openOrders.rawValue,
                arguments: [client.text]
            ) ?? 0
        }
    }
}
