import Foundation
import GRDB

@testable import StoreSQLite

/// A fresh folder for one test's store, gone with its last reference.
final class StoreFolder {
    let path: String
    var database: String { "\(path)/sextant.db" }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "sextant-store-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func open() throws(StoreError) -> StoreSQLite { try StoreSQLite.open(path: database) }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }

    func mode(of name: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }

    /// The files as a crash would leave them, in a folder of their own.
    func copy() throws -> StoreFolder {
        let copy = try StoreFolder()
        for name in try names where !name.hasSuffix(".lock") {
            try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(copy.path)/\(name)")
        }
        return copy
    }

    /// A store of an older schema, with the rows of a newer one as far as it has their columns.
    func fill(from other: StoreFolder, asOf migration: String) async throws {
        let path = other.database
        let queue = try DatabaseQueue(path: database)
        try Migrations.all.migrate(queue, upTo: migration)
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "ATTACH DATABASE ? AS fresh", arguments: [path])
            for table in ["groups", "orders", "order_events", "fills"] {
                let columns = try db.columns(in: table).map(\.name).joined(separator: ", ")
                try db.execute(sql: "INSERT INTO \(table) (\(columns)) SELECT \(columns) FROM fresh.\(table)")
            }
            try db.execute(sql: "DETACH DATABASE fresh")
        }
        try queue.close()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension StoreSQLite {
    /// Runs raw SQL on the writing connection, past everything that the module guards.
    func execute(_ sql: String) async throws { try await pool.write { db in try db.execute(sql: sql) } }

    func count(_ sql: String) async throws -> Int? { try await pool.read { db in try Int.fetchOne(db, sql: sql) } }

    /// Every row of every table, as text.
    func dump() async throws -> [String] {
        try await pool.read { db in
            let tables = try String.fetchAll(
                db,
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
            return try tables.flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
            }
        }
    }
}
