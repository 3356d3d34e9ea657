import Foundation
import Synchronization

/// The right to write a store: an exclusive lock on a file beside it, for as long as it is held open.
final class WriterLock: Sendable {
    private let descriptor: Mutex<CInt?>

    private init(descriptor: CInt) { self.descriptor = Mutex(descriptor) }

    static func take(_ path: String) throws(StoreError) -> WriterLock {
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(path: path, reason: "cannot be opened: \(SystemError.last); see to its permissions")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let error = SystemError.last
            Foundation.close(descriptor)
            if error.code == EWOULDBLOCK { throw .heldByAnother(lockPath: path) }
            throw .unusable(path: path, reason: "cannot be locked: \(error); keep the store on a local disk")
        }
        return WriterLock(descriptor: descriptor)
    }

    func release() {
        descriptor.withLock { held in
            if let held {
                // A child between fork and exec still has the descriptor: closing ours would not be enough.
                flock(held, LOCK_UN)
                Foundation.close(held)
            }
            held = nil
        }
    }

    deinit { release() }
}

/// What the last system call failed of.
struct SystemError: CustomStringConvertible {
    let code: CInt

    static var last: SystemError { SystemError(code: errno) }

    var description: String { String(cString: strerror(code)) }
}
