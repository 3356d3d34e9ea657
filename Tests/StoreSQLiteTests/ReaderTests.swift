import Engine
import Foundation
import Testing
import Trading

@testable import StoreSQLite

struct ReaderTests {
    let folder: StoreFolder
    let story: OrderStory

    init() throws {
        folder = try StoreFolder()
        story = try OrderStory(.sample(1))
    }

    private func read(_ folder: StoreFolder) async throws -> OrderRecord? {
        try await StoreReaderSQLite.open(path: folder.database).archive(of: "FA00001").history(of: story.record.id)?
            .record
    }

    @Test func `it reads while a server runs`() async throws {
        let store = try folder.open()
        try await store.commit([story.changes])
        #expect(try await read(folder) == story.record)
        let reader = try StoreReaderSQLite.open(path: folder.database).archive(of: "FA00001")
        let second = try OrderStory(.sample(2))
        try await store.commit([second.changes])
        #expect(try await reader.orders(OrderQuery()).orders == [second.record, story.record])
        try store.close()
        #expect(try await reader.orders(OrderQuery()).orders == [second.record, story.record])
    }

    @Test func `it makes no file and takes no lock`() async throws {
        let store = try folder.open()
        try await store.commit([story.changes])
        try store.close()
        let reader = try StoreReaderSQLite.open(path: folder.database)
        #expect(try await read(folder) == story.record)
        #expect(try folder.names == ["sextant.db", "sextant.db.lock"])
        let next = try folder.open()
        #expect(try await reader.archive(of: "FA00001").orders(OrderQuery()).orders == [story.record])
        try next.close()
    }

    @Test func `it reads what a crash left, and leaves it so`() async throws {
        let store = try folder.open()
        try await store.commit([story.changes])
        let crashed = try folder.copy()
        let names = try crashed.names
        #expect(try await read(crashed) == story.record)
        #expect(try crashed.names == names)
    }

    @Test func `a copy that lacks a file is named`() async throws {
        let store = try folder.open()
        try await store.commit([story.changes])
        let copy = try folder.copy()
        try FileManager.default.removeItem(atPath: copy.database + "-shm")
        #expect(complaint(copy.database).hasPrefix("\(copy.database) was copied without its -shm file; "))
    }

    @Test func `a path with signs of its own is read`() async throws {
        let path = "\(folder.path)/50% ?x=1#a b.db"
        let store = try StoreSQLite.open(path: path)
        try await store.commit([story.changes])
        try store.close()
        let archive = try StoreReaderSQLite.open(path: path).archive(of: "FA00001")
        #expect(try await archive.orders(OrderQuery()).orders == [story.record])
    }

    private func complaint(_ path: String) -> String {
        do {
            _ = try StoreReaderSQLite.open(path: path)
            return "it was opened"
        } catch {
            #expect(!error.description.contains("\n"))
            return error.description
        }
    }

    @Test func `what is no store is named in one line`() throws {
        let missing = "\(folder.path)/missing.db"
        #expect(complaint(missing).hasPrefix("\(missing) cannot be read: No such file or directory; start the server"))
        #expect(complaint(folder.path) == "\(folder.path) is not a file; name a file under store.sqlite")
        try folder.write("", to: "empty.db")
        try folder.write(String(repeating: "text\n", count: 500), to: "notes.txt")
        for name in ["empty.db", "notes.txt"] {
            let path = "\(folder.path)/\(name)"
            #expect(complaint(path) == "\(path) is no Sextant store; name another file under store.sqlite")
        }
        #expect(try folder.names == ["empty.db", "notes.txt"])
    }
}
