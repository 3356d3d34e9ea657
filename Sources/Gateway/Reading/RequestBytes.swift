import Hummingbird
import NIOCore

/// A request's body, as far as it came.
enum RequestBytes: Sendable {
    case whole([UInt8])
    case tooLarge
    case tooSlow
    /// The connection ended, or what came was not framed as HTTP has it.
    case broken
}

extension Request {
    /// The whole body, if it is no larger than `bound` and arrives in time.
    func bytes(upTo bound: Int) async -> RequestBytes {
        do {
            return .whole(Array(try await body.collect(upTo: bound).readableBytesView))
        } catch is NIOTooManyBytesError {
            return .tooLarge
        } catch is BodyTooSlow {
            return .tooSlow
        } catch {
            return .broken
        }
    }
}
