import Engine
import Foundation
import GRDB

/// A database file that another process may be writing; opened anew for every read.
struct ReadOnlyFile: Sendable {
    let path: String

    /// While a server runs, its write-ahead log gives a consistent view. At rest there is none and SQLite would have to
    /// make one; then the file is read as it lies, and read again if somebody touched it meanwhile.
    ///
    /// Blocks its thread, which a command-line tool can spare.
    func readBlocking<Value>(_ work: (Database) throws -> Value) throws -> Value {
        var result = try attempt(work)
        for _ in 1..<5 where result == nil {
            usleep(20_000)
            result = try attempt(work)
        }
        if let result { return try result.get() }
        guard try Stamp(path).lacksIndex else { throw JournalError.busy("\(path) changes too fast to be read") }
        let reason = "was copied without its -shm file; copy that too, or start a server on the copy once"
        throw StoreError.unusable(path: path, reason: reason)
    }

    /// Nil if a server started or stopped under way.
    private func attempt<Value>(_ work: (Database) throws -> Value) throws -> Result<Value, any Error>? {
        let before = try Stamp(path)
        if before.lacksIndex { return nil }
        let result = Result {
            let queue = try DatabaseQueue(path: before.address, configuration: .reader)
            defer { try? queue.close() }
            return try queue.read(work)
        }
        let after = try Stamp(path)
        if before.hasLog, after.hasLog { return result }
        return before == after ? result : nil
    }

    /// What shows whether a file at rest was written to.
    private struct Stamp: Equatable {
        let path: String
        let hasLog: Bool
        /// For an instant while a server stops; for good where not all files were copied.
        let lacksIndex: Bool
        let size: Int
        let inode: UInt64
        let seconds: Int
        let nanoseconds: Int

        init(_ path: String) throws(StoreError) {
            var status = stat()
            guard stat(path, &status) == 0 else {
                let reason = "cannot be read: \(SystemError.last); start the server once, or see to store.sqlite"
                throw .unusable(path: path, reason: reason)
            }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .unusable(path: path, reason: "is not a file; name a file under store.sqlite")
            }
            self.path = path
            size = Int(status.st_size)
            inode = UInt64(status.st_ino)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
            hasLog = stat(path + "-wal", &status) == 0 && status.st_size > 0
            lacksIndex = hasLog && stat(path + "-shm", &status) != 0
        }

        var address: String {
            let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
            return "file:\(escaped)?\(hasLog ? "mode=ro&readonly_shm=1" : "immutable=1")"
        }
    }
}

extension Configuration {
    fileprivate static var reader: Configuration {
        var configuration = Configuration()
        configuration.label = "store reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(1)
        return configuration
    }
}

extension ReadOnlyFile: RowSource {
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value {
        do {
            return try readBlocking(work)
        } catch {
            throw JournalError(error)
        }
    }
}
