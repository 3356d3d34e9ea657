import Desk
import Engine
import StoreSQLite
import Synchronization
import Trading

/// The store, once this process holds it.
final class HeldStore: SessionVault, Sendable {
    let path: String
    private let emergencyPath: String
    private let deadline: Duration
    private let emergency = Mutex<EmergencyLog?>(nil)
    private let modes: [ClientID: ClientMode]
    private let opened = Mutex<StoreSQLite?>(nil)

    init(_ configuration: Configuration) {
        path = configuration.store.sqlite
        emergencyPath = configuration.store.emergency
        deadline = configuration.store.commitDeadline
        modes = Dictionary(
            configuration.clients.map { (ClientID($0.id), $0.mode == .live ? .live : .paper) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// False while another process holds it. A client that is not in the mode it began with is refused either way.
    func tryOpen() throws -> Bool {
        try opened.withLock { opened in
            if opened != nil { return true }
            do {
                let store = try StoreSQLite.open(path: path)
                try store.pin(modes, at: SystemClock().now())
                let file = try EmergencyLog.open(path: emergencyPath, deadline: deadline)
                emergency.withLock { $0 = file }
                opened = store
                return true
            } catch StoreError.heldByAnother {
                try requireModes()
                return false
            }
        }
    }

    /// What cannot be read now is looked at again when the store is free.
    private func requireModes() throws {
        do {
            try StoreReaderSQLite.open(path: path).requireModes(modes)
        } catch {
            if case .otherMode = error { throw error }
        }
    }

    /// To be called once the store is held: the books beside it are held with it.
    func openBooks(of brokers: [PaperBroker]) async throws {
        for broker in brokers {
            let knowsItsOrders = try held().hasOrdersAtBroker(of: broker.client)
            try await broker.open(storeKnowsItsOrders: knowsItsOrders)
        }
    }

    func journal() throws -> any Journal { try held() }

    private func held() throws -> StoreSQLite {
        guard let store = opened.withLock({ $0 }) else { throw CommandFailure("the store is not open") }
        return store
    }

    /// Records of the emergency file that are not what was written.
    var damagedRecords: Int { emergency.withLock { $0?.damagedRecords } ?? 0 }

    private func file() throws(JournalError) -> EmergencyLog {
        guard let file = emergency.withLock({ $0 }) else { throw .busy("the store is not open") }
        return file
    }

    func session(of client: ClientID) async throws(JournalError) -> SessionRecord? {
        try await vault().session(of: client)
    }

    func keep(_ record: SessionRecord, of client: ClientID) async throws(JournalError) {
        try await vault().keep(record, of: client)
    }

    private func vault() throws(JournalError) -> any SessionVault {
        guard let store = opened.withLock({ $0 }) else { throw .busy("the store is not open") }
        return store
    }

    func close() throws {
        try opened.withLock { $0 }?.close()
        emergency.withLock { $0 }?.close()
    }
}

/// The file goes with the store: it is opened under the same lock.
extension HeldStore: EmergencyFile {
    func append(_ changes: [DeskChanges], isVital: Bool) async throws(JournalError) {
        try await file().append(changes, isVital: isVital)
    }

    func contents() async throws(JournalError) -> [DeskChanges] { try await file().contents() }

    func clear() async throws(JournalError) { try await file().clear() }
}

/// While another process holds the store, it is that one who tells people.
extension HeldStore: NotificationOutbox {
    private func outbox() throws(JournalError) -> any NotificationOutbox {
        guard let store = opened.withLock({ $0 }) else { throw .busy("the store is not open") }
        return store
    }

    func enrol(_ reader: OutboxReader, since: Timestamp) async throws(JournalError) {
        try await outbox().enrol(reader, since: since)
    }

    func place(of reader: OutboxReader) async throws(JournalError) -> Int64? { try await outbox().place(of: reader) }

    func newest(of client: ClientID) async throws(JournalError) -> Int64 { try await outbox().newest(of: client) }

    func notifications(
        for reader: OutboxReader,
        after number: Int64,
        limit: Int
    ) async throws(JournalError) -> [NumberedNotification] {
        try await outbox().notifications(for: reader, after: number, limit: limit)
    }

    func told(_ reader: OutboxReader, through number: Int64, at: Timestamp) async throws(JournalError) {
        try await outbox().told(reader, through: number, at: at)
    }
}
