/// Why a store cannot be opened: one line for the person who has to see to it.
public enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process writes this store. It may end: the standby's case.
    case heldByAnother(lockPath: String)
    /// `reason` says what is wrong and what to do.
    case unusable(path: String, reason: String)
    /// Written by a newer Sextant, by this migration that this one does not know.
    case newer(path: String, migration: String)
    /// The client's orders in this store are of the other mode.
    case otherMode(path: String, client: String, pinned: ClientMode, now: ClientMode)

    public var description: String {
        switch self {
        case .heldByAnother(let lockPath):
            "another Sextant writes this store, it holds \(lockPath); stop that one first"
        case .unusable(let path, let reason): "\(path) \(reason)"
        case .newer(let path, let migration):
            "\(path) was written by a newer Sextant (migration \(migration)); run that version, or restore a backup of "
                + "before the update"
        case .otherMode(let path, let client, let pinned, let now):
            "\(path) has client \(client) in mode \(pinned.rawValue), and it is configured as \(now.rawValue): "
                + "set mode: \(pinned.rawValue), or name another file under store.sqlite"
        }
    }
}
