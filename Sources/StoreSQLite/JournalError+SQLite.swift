import Engine
import GRDB

extension JournalError {
    /// Everything that SQLite, GRDB and the stored rows can throw, split by what the engine does next.
    init(_ error: any Error) {
        switch error {
        case let error as JournalError: self = error
        case let error as DatabaseError:
            // The message names table and columns; GRDB's own description would add the values.
            let text = error.message ?? error.resultCode.description
            switch error.resultCode {
            case .SQLITE_CONSTRAINT: self = .contradiction(text)
            case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL: self = .busy(text)
            default: self = .failed(text)
            }
        case is CancellationError: self = .busy("the read was cancelled")
        default: self = .failed("\(error)")
        }
    }
}
