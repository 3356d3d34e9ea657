import NIOCore
import Synchronization

/// The body of one request, handed to the connection at most once.
///
/// The HTTP client asks for it only when it has a connection and has sent the request's head. So a call that failed
/// can take the body back: if it was never asked for, nothing of it left this machine, and nothing will.
final class OnceBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private enum State {
        case waiting(ByteBuffer)
        case handedOver
        case takenBack
    }

    private let state: Mutex<State>
    let length: Int

    init(_ bytes: [UInt8]) {
        state = Mutex(.waiting(ByteBuffer(bytes: bytes)))
        length = bytes.count
    }

    /// True when the body was never handed over; from here on it cannot be.
    func takeBack() -> Bool {
        state.withLock { state in
            switch state {
            case .waiting, .takenBack:
                state = .takenBack
                return true
            case .handedOver: return false
            }
        }
    }

    fileprivate func handOver() throws -> ByteBuffer? {
        try state.withLock { state in
            switch state {
            case .waiting(let bytes):
                state = .handedOver
                return bytes
            case .handedOver: return nil
            case .takenBack: throw CancellationError()
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let body: OnceBody

        mutating func next() async throws -> ByteBuffer? { try body.handOver() }
    }
}
