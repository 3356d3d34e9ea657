/// What became of one call.
enum CallOutcome: Equatable, Sendable {
    case answered(status: Int, body: [UInt8])
    /// Nothing of the request's body left this machine, so nobody can have acted on it.
    case notSent(String)
    /// Something may have left, and no whole answer came.
    case lost(String)
    /// An answer came that is longer than any can be.
    case oversized(String)

    /// For logs: never what was said.
    var summary: String {
        switch self {
        case .answered(let status, let body): "HTTP \(status), \(body.count) bytes"
        case .notSent(let why): "not sent: \(why)"
        case .lost(let why), .oversized(let why): why
        }
    }
}
