import Synchronization

/// The body of one request, handed to the connection at most once.
///
/// The HTTP client asks for it only when it has a connection and has sent the request's head. So a call that failed
/// can take the body back: if it was never asked for, nothing of it left this machine, and nothing will. Asked for after
/// that, or a second time, it is empty, and the client gives up a request whose body is shorter than was announced.
final class OnceBody: Sendable {
    private enum State {
        case waiting
        case handedOver
        case takenBack
    }

    private let bytes: [UInt8]
    private let state = Mutex(State.waiting)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// True when the body was never handed over; from here on it cannot be.
    func takeBack() -> Bool {
        state.withLock { state in
            if state == .waiting { state = .takenBack }
            return state == .takenBack
        }
    }

    private func handOver() -> [UInt8] {
        state.withLock { state in
            guard state == .waiting else { return [] }
            state = .handedOver
            return bytes
        }
    }

    private func mayLeave() -> Bool {
        state.withLock { state in
            if state == .waiting { state = .handedOver }
            return state == .handedOver
        }
    }
}

/// As the HTTP client reads a body on its own thread, when it is needed: a collection, all of it at once.
extension OnceBody: Collection {
    var startIndex: Int { 0 }
    var endIndex: Int { bytes.count }
    func index(after index: Int) -> Int { index + 1 }

    func withContiguousStorageIfAvailable<Result>(
        _ read: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try handOver().withUnsafeBufferPointer(read)
    }

    /// The client does not read byte by byte; if it did, the body would have left.
    subscript(position: Int) -> UInt8 { mayLeave() ? bytes[position] : 0 }
}
