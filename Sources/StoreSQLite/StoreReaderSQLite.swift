public import Engine
public import Trading

/// A store that is only looked at, whether a server runs on it or not: it takes no lock and makes no file.
///
/// For other processes than the one that writes: closing a file here would let go of SQLite's locks there.
public struct StoreReaderSQLite: Sendable {
    let file: ReadOnlyFile

    public static func open(path: String) throws(StoreError) -> StoreReaderSQLite {
        let file = ReadOnlyFile(path: path)
        do {
            try file.readBlocking { db in try db.requireStore(at: path) }
        } catch {
            throw StoreError(error, at: path)
        }
        return StoreReaderSQLite(file: file)
    }

    public func archive(of client: ClientID) -> any OrderArchive { ArchiveSQLite(client: client, source: file) }
}
