#if DEBUG
import Desk
import Engine
import Foundation
import Trading

/// The real journal of a debug build, with a disk that fails at a test's word: the file that `SEXTANT_STORE_FAULT` names
/// holds the word, and none where all is well. No release build has this code.
struct RehearsedJournal: Journal {
    enum Fault: String {
        /// The commit fails; nothing of it is written.
        case error
        /// The commit fails though all of it was written.
        case errorAfter = "error-after"
        case full
        /// The commit does not come back before the word is taken away.
        case hang
    }

    private let journal: any Journal
    private let path: String

    static func around(_ journal: any Journal) -> any Journal {
        guard let path = ProcessInfo.processInfo.environment["SEXTANT_STORE_FAULT"] else { return journal }
        return RehearsedJournal(journal: journal, path: path)
    }

    private var fault: Fault? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return Fault(rawValue: String(decoding: data, as: UTF8.self))
    }

    func commit(_ changes: [DeskChanges]) async throws(JournalError) -> Duration {
        switch fault {
        case .error: throw .failed("disk I/O error (rehearsed)")
        case .full: throw .busy("database or disk is full (rehearsed)")
        case .hang: while fault == .hang { try? await Task.sleep(for: .milliseconds(10)) }
        case .errorAfter:
            try await journal.commit(changes)
            throw .failed("disk I/O error after the write (rehearsed)")
        case nil: break
        }
        return try await journal.commit(changes)
    }

    func snapshot(of client: ClientID, since day: TradingDay) async throws(JournalError) -> DeskSnapshot {
        try await journal.snapshot(of: client, since: day)
    }

    func group(of client: ClientID, key: String) async throws(JournalError) -> Group? {
        try await journal.group(of: client, key: key)
    }

    func backUp(to path: String) async throws(JournalError) { try await journal.backUp(to: path) }

    func archive(of client: ClientID) -> any OrderArchive { journal.archive(of: client) }
}
#endif
