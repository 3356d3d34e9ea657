public import Desk
import Dispatch
public import Engine
import Foundation
import Synchronization

/// The emergency file: its room is taken from the disk when it is opened, and each record is fsynced before anybody relies
/// on it. Held by one process at a time.
public final class EmergencyLog: EmergencyFile, Sendable {
    /// Enough for a thousand exits.
    static let size = 1 << 20
    /// Of which what is not vital leaves this much.
    static let reserve = size / 2

    public let path: String
    private let descriptor: Mutex<CInt?>
    private let deadline: Duration
    /// Writes one after the other, away from everybody's thread: a disk may hang.
    private let queue = DispatchQueue(label: "emergency file")
    private let state: Mutex<State>
    /// What it held when it was opened.
    let found: [[DeskChanges]]
    /// Records that are not what was written: told of, and left out.
    public let damagedRecords: Int

    private struct State {
        /// Where the next record goes.
        var end: Int
        /// A write did not come back, or failed: what the file holds there is not known.
        var problem: String?
    }

    private init(_ path: String, _ descriptor: CInt, deadline: Duration, _ scan: Scan) {
        self.path = path
        self.descriptor = Mutex(descriptor)
        self.deadline = deadline
        found = scan.records
        damagedRecords = scan.damaged
        state = Mutex(State(end: scan.end))
    }

    deinit { close() }

    /// Lets another process have it. Safe to call twice.
    public func close() {
        descriptor.withLock { descriptor in
            if let descriptor { Foundation.close(descriptor) }
            descriptor = nil
        }
    }

    /// Opens the file, makes it if there is none, and takes the room that it may need.
    public static func open(path: String, deadline: Duration) throws(StoreError) -> EmergencyLog {
        _ = try StoreFile.prepare(path)
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(path: path, reason: "cannot be opened: \(SystemError.last); see to store.emergency")
        }
        do throws(StoreError) {
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw .unusable(
                    path: path,
                    reason: "is held by another Sextant; each store needs its own store.emergency"
                )
            }
            let code = posix_fallocate(descriptor, 0, off_t(size))
            guard code == 0, fsync(descriptor) == 0 else {
                let text = String(cString: strerror(code == 0 ? errno : code))
                throw .unusable(path: path, reason: "cannot be given its \(size) bytes: \(text); make room on its disk")
            }
            return EmergencyLog(path, descriptor, deadline: deadline, try Scan(descriptor, path))
        } catch {
            Foundation.close(descriptor)
            throw error
        }
    }

    /// What a file holds.
    private struct Scan {
        var records: [[DeskChanges]] = []
        var damaged = 0
        var end = 0

        init(_ descriptor: CInt, _ path: String) throws(StoreError) {
            var file = [UInt8](repeating: 0, count: EmergencyLog.size)
            var count = 0
            while count < file.count {
                let read = file.withUnsafeMutableBytes { bytes in
                    pread(descriptor, bytes.baseAddress.map { $0 + count }, bytes.count - count, off_t(count))
                }
                guard read >= 0 else {
                    throw .unusable(path: path, reason: "cannot be read: \(SystemError.last); see to its disk")
                }
                if read == 0 { break }
                count += read
            }
            while true {
                switch EmergencyRecord.read(file[end..<count]) {
                case .record(let changes, let next):
                    records.append(changes)
                    end = next
                case .damaged(let next):
                    damaged += 1
                    end = next
                case .end: return
                }
            }
        }
    }

    public func contents() async throws(JournalError) -> [DeskChanges] { found.flatMap(\.self) }

    public func append(_ changes: [DeskChanges], isVital: Bool) async throws(JournalError) {
        let bytes = EmergencyRecord.bytes(of: changes)
        try await perform { [self] () throws(JournalError) in
            let place = try state.withLock { (state) throws(JournalError) -> Int in
                let room = Self.size - state.end - (isVital ? 0 : Self.reserve)
                guard bytes.count <= room else { throw .busy("\(path) is full") }
                return state.end
            }
            try write(bytes, at: place)
            state.withLock { $0.end = place + bytes.count }
        }
    }

    public func clear() async throws(JournalError) {
        let end = state.withLock { $0.end }
        guard end > 0 else { return }
        try await perform { [self] () throws(JournalError) in
            // From the front: what is left of a clearing that a crash cut short is no record.
            try write([UInt8](repeating: 0, count: EmergencyRecord.headLength), at: 0)
            try write([UInt8](repeating: 0, count: Self.size), at: 0)
            state.withLock { $0.end = 0 }
        }
    }

    /// Runs one write; throws when it has not ended by its deadline, and from then on.
    private func perform(_ work: @escaping @Sendable () throws(JournalError) -> Void) async throws(JournalError) {
        if let problem = state.withLock({ $0.problem }) { throw .failed(problem) }
        let result: Result<Void, JournalError> = await withCheckedContinuation { continuation in
            let answer = Answer(continuation)
            queue.async {
                do throws(JournalError) {
                    try work()
                    answer.give(.success(()))
                } catch {
                    answer.give(.failure(error))
                }
            }
            DispatchQueue.global().asyncAfter(deadline: .now() + deadline.inDispatchSeconds) { [self] in
                let text = "a write to \(path) has taken longer than \(deadline)"
                if answer.give(.failure(.failed(text))) { state.withLock { $0.problem = text } }
            }
        }
        try result.get()
    }

    private func write(_ bytes: [UInt8], at place: Int) throws(JournalError) {
        guard let descriptor = descriptor.withLock({ $0 }) else { throw .failed("\(path) is closed") }
        var written = 0
        while written < bytes.count {
            #if DEBUG
            let length = written == 0 ? (bytes.count + 1) / 2 : bytes.count - written  // a test may crash it half-way
            #else
            let length = bytes.count - written
            #endif
            let count = bytes.withUnsafeBytes { raw in
                pwrite(descriptor, raw.baseAddress.map { $0 + written }, length, off_t(place + written))
            }
            if written == 0 { CrashPoint.keeping.reach() }
            guard count > 0 else { throw fail() }
            written += count
        }
        guard fdatasync(descriptor) == 0 else { throw fail() }
    }

    private func fail() -> JournalError {
        let text = "\(path) cannot be written: \(SystemError.last)"
        state.withLock { $0.problem = text }
        return .failed(text)
    }
}

/// Whoever waits for a write, told once: by the write, or by its deadline.
private final class Answer: Sendable {
    private let waiting: Mutex<CheckedContinuation<Result<Void, JournalError>, Never>?>

    init(_ waiting: CheckedContinuation<Result<Void, JournalError>, Never>) { self.waiting = Mutex(waiting) }

    /// False when somebody else was quicker.
    @discardableResult func give(_ result: Result<Void, JournalError>) -> Bool {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(returning: result)
        return continuation != nil
    }
}

extension Duration {
    fileprivate var inDispatchSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1_000_000_000_000_000_000
    }
}
