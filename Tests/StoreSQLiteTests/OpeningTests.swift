import Desk
import Engine
import Foundation
import GRDB
import Testing
import Trading

@testable import StoreSQLite

struct OpeningTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    @Test func `the writer is in WAL mode with full synchronisation`() async throws {
        let store = try folder.open()
        try await store.commit([try OrderStory(.sample(1)).changes])
        let read = try await store.pool.writeWithoutTransaction { db in
            try ["synchronous", "journal_mode", "foreign_keys"].map {
                try String.fetchOne(db, sql: "PRAGMA \($0)")
            }
        }
        #expect(read == ["2", "wal", "1"])
    }

    @Test func `opening a thousand times changes nothing`() async throws {
        var store = try folder.open()
        try await store.commit([try OrderStory.everyState().changes(of: "FA00001")])
        let before = try await store.dump()
        for _ in 1...1000 {
            try store.close()
            store = try folder.open()
        }
        #expect(try await store.dump() == before)
    }

    @Test func `only its owner can read the files`() async throws {
        let path = "\(folder.path)/new/deep/sextant.db"
        let store = try StoreSQLite.open(path: path)
        try await store.commit([try OrderStory(.sample(1)).changes])
        #expect(try folder.mode(of: "new") == 0o700)
        for name in ["sextant.db", "sextant.db-wal", "sextant.db-shm", "sextant.db.lock"] {
            #expect(try folder.mode(of: "new/deep/\(name)") == 0o600)
        }
    }

    @Test func `a closed store is one file`() async throws {
        let store = try folder.open()
        try await store.commit([try OrderStory(.sample(1)).changes])
        _ = try await store.snapshot(of: "FA00001", since: .sample)
        try store.close()
        try store.close()
        #expect(try folder.names == ["sextant.db", "sextant.db.lock"])
    }

    @Test func `a store has one writer at a time`() throws {
        let first = try folder.open()
        #expect(throws: StoreError.heldByAnother(lockPath: folder.database + ".lock")) { try folder.open() }
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/other.db",
            withDestinationPath: folder.database
        )
        #expect(throws: StoreError.heldByAnother(lockPath: folder.database + ".lock")) {
            try StoreSQLite.open(path: "\(folder.path)/other.db")
        }
        try first.close()
        try folder.open().close()
    }

    @Test func `a store that nobody refers to any more lets go of its lock`() throws {
        do { _ = try folder.open() }
        try folder.open().close()
    }

    @Test func `what a crash leaves is whole`() async throws {
        let store = try folder.open()
        let story = try OrderStory(.sample(1))
        try await store.commit([story.changes])
        let crashed = try folder.copy()
        #expect(try await crashed.open().snapshot(of: "FA00001", since: .sample).orders == [story.record])
    }

    @Test func `a store of a newer Sextant is refused`() async throws {
        let store = try folder.open()
        try await store.execute("INSERT INTO grdb_migrations VALUES ('9999')")
        try store.close()
        let error = StoreError.newer(path: folder.database, migration: "9999")
        #expect(throws: error) { try folder.open() }
        #expect(throws: error) { try StoreReaderSQLite.open(path: folder.database) }
        #expect(error.description.contains("9999"))
    }

    /// What opening `path` says, in one line.
    private func complaint(_ path: String) -> String {
        do {
            _ = try StoreSQLite.open(path: path)
            return "it was opened"
        } catch {
            #expect(!error.description.contains("\n"))
            return error.description
        }
    }

    @Test func `a text file is no store, and stays as it is`() throws {
        try folder.write(String(repeating: "not a database\n", count: 100), to: "notes.txt")
        let path = "\(folder.path)/notes.txt"
        #expect(complaint(path) == "\(path) is no Sextant store; name another file under store.sqlite")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == 1500)
    }

    @Test func `another program's database is no store, and stays as it is`() throws {
        let path = "\(folder.path)/other.db"
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in try db.execute(sql: "CREATE TABLE notes (text)") }
        try queue.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(complaint(path) == "\(path) is no Sextant store; name another file under store.sqlite")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func `a folder is no store`() throws {
        #expect(complaint(folder.path) == "\(folder.path) is not a file; name a file under store.sqlite")
    }

    @Test func `a folder that cannot be made is named`() throws {
        try folder.write("", to: "file")
        let made = "\(folder.path)/file/deep"
        #expect(
            complaint("\(made)/sextant.db")
                == "\(made) cannot be created; make this folder, or name another place under store.sqlite"
        )
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func `a folder that may not be written is named`() throws {
        chmod(folder.path, 0o500)
        #expect(complaint(folder.database).contains("Permission denied; see to its permissions"))
        chmod(folder.path, 0o700)
    }

    @Test func `a folder that takes no files is named`() {
        let path = "/proc/sextant.db"
        #expect(complaint(path).hasPrefix("/proc/sextant.db.lock cannot be opened: "))
    }
}
