import HTTPTypes
import Hummingbird

/// The key under which the same request is taken once.
enum IdempotencyKey {
    static let problem = "the Idempotency-Key header must have 1 to 200 characters"

    static func isValid(_ text: String) -> Bool { (1...200).contains(text.utf8.count) }
}

extension Request {
    /// Nil when none is sent; an empty or endless one is refused, so that no two orders share it by accident.
    func idempotencyKey() throws(APIProblem) -> String? {
        guard let key = headers[.idempotencyKey] else { return nil }
        guard IdempotencyKey.isValid(key) else {
            throw .badRequest(IdempotencyKey.problem, field: "Idempotency-Key")
        }
        return key
    }
}
