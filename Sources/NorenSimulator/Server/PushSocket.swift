import JSONText

/// How the simulation talks to one WebSocket: messages in order, or the end.
struct PushLine: Sendable {
    enum Item: Sendable {
        case texts([[UInt8]])
        case pong([UInt8])
        /// A close frame with this code, then the end of the connection.
        case close(UInt16)
        /// The end of the connection, without a close frame.
        case drop
    }

    /// A client that does not read is dropped when this many items wait.
    static let capacity = 16_384

    let continuation: AsyncStream<Item>.Continuation

    func send(_ item: Item) {
        if case .dropped = continuation.yield(item) { continuation.finish() }
    }

    func drop() {
        continuation.yield(.drop)
        continuation.finish()
    }

    func close() {
        continuation.yield(.close(1000))
        continuation.finish()
    }
}

/// One connected WebSocket as the simulation knows it.
struct PushSocket: Sendable {
    enum Depth: Int, Sendable, Hashable {
        case touchline
        case depth
    }

    struct Subscription: Hashable, Comparable, Sendable {
        let instrument: Int
        let depth: Depth

        static func < (left: Subscription, right: Subscription) -> Bool {
            (left.instrument, left.depth.rawValue) < (right.instrument, right.depth.rawValue)
        }
    }

    let line: PushLine
    /// Set by an accepted connect frame.
    var session: (account: Int, token: String)?
    /// What was sent last, by subscription: the feed carries changes only.
    var subscriptions: [Subscription: [JSONMember]] = [:]

    func send(_ message: JSONValue) { line.send(.texts([message.utf8])) }
}
