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
    /// The whole body, if it is no larger than `bound` and arrives within ten seconds.
    func bytes(upTo bound: Int) async -> RequestBytes {
        let body = body
        return await withTaskGroup(of: RequestBytes.self) { group in
            group.addTask {
                do {
                    return .whole(Array(try await body.collect(upTo: bound).readableBytesView))
                } catch is NIOTooManyBytesError {
                    return .tooLarge
                } catch {
                    return .broken
                }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(10))
                return .tooSlow
            }
            let first = await group.next() ?? .tooSlow
            group.cancelAll()
            return first
        }
    }
}
