import Desk
import Engine
import JSONText
import NIOCore
import Synchronization
import Trading

/// What changes, for everybody who watches: each change is written once, after it became durable, and given to all who may
/// see it.
///
/// A slow reader holds up nobody: one that is too far behind is let go, and comes back with the id of the last event that
/// it had.
final class LiveFeed: Sendable {
    static let mostReaders = 500
    /// How many events are kept for a reader that comes back, and how many it may be behind. All readers share their bytes.
    private static let mostKept = 2000
    private static let mostWaiting = 3 * mostKept

    struct Reader: Sendable {
        let id: Int
        let events: AsyncStream<ByteBuffer>
        /// Where the events begin.
        let position: StreamPosition
        /// False where something before them is not kept here any more.
        let isComplete: Bool
    }

    fileprivate struct Event {
        let number: Int
        /// Nil: for everybody.
        let client: ClientID?
        let bytes: ByteBuffer
    }

    private struct Seat {
        let clients: Set<ClientID>
        let source: AsyncStream<ByteBuffer>.Continuation
        let close: @Sendable () -> Void
    }

    private struct State {
        var number = 0
        var kept: [Event] = []
        var seats: [Int: Seat] = [:]
        var nextSeat = 0
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let process: Int64
    private let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
        process = now().microseconds
    }

    var isFull: Bool { state.withLock { $0.seats.count >= Self.mostReaders } }

    // MARK: Reading

    /// `close` is called for a reader that is let go. Nil once all has ended.
    func join(
        _ clients: Set<ClientID>,
        after position: StreamPosition?,
        close: @escaping @Sendable () -> Void
    ) -> Reader? {
        let (events, source) = AsyncStream.makeStream(
            of: ByteBuffer.self,
            bufferingPolicy: .bufferingOldest(Self.mostWaiting)
        )
        return state.withLock { (state: inout State) -> Reader? in
            guard !state.hasEnded else { return nil }
            var isComplete = true
            if let position {
                let first = state.kept.first?.number ?? state.number + 1
                isComplete = position.process == process && position.number >= first - 1
                if isComplete {
                    for event in state.kept where event.number > position.number && event.isFor(clients) {
                        source.yield(event.bytes)
                    }
                }
            }
            state.nextSeat += 1
            state.seats[state.nextSeat] = Seat(clients: clients, source: source, close: close)
            return Reader(
                id: state.nextSeat,
                events: events,
                position: StreamPosition(process: process, number: state.number, at: now()),
                isComplete: isComplete
            )
        }
    }

    func leave(_ id: Int) {
        let seat = state.withLock { $0.seats.removeValue(forKey: id) }
        seat?.source.finish()
    }

    /// Ends every reader's stream; nobody joins any more.
    func end() {
        let seats = state.withLock { state in
            state.hasEnded = true
            defer { state.seats = [:] }
            return state.seats.values.map { $0 }
        }
        for seat in seats { seat.source.finish() }
    }

    // MARK: Telling

    /// Tells what the engine commits, until it is cancelled.
    func follow(_ engine: Engine) async {
        while !Task.isCancelled {
            for await committed in await engine.follow() {
                switch committed {
                case .changes(let changes): for change in changes { tell(change) }
                case .missed: tellMissed()
                }
            }
            if !Task.isCancelled { tellMissed() }
        }
    }

    /// A line that means nothing, now and then: a connection that is gone is found by it.
    func keepAlive() async {
        while (try? await Task.sleep(for: .seconds(10))) != nil {
            let line = ByteBuffer(string: ": \n\n")
            give(line) { _ in true }
        }
    }

    func tell(_ change: DeskChanges) {
        for record in change.orders { tell(.order, OrderReceipt(record).json, of: change.client) }
        for (key, holding) in change.holdings {
            tell(.position, .position(change.client, key, holding), of: change.client)
        }
        for (scope, halt) in change.halts { tell(.halt, .halt(change.client, scope, halt), of: change.client) }
        for notification in change.notifications {
            tell(.notification, .notification(change.client, notification), of: change.client)
        }
    }

    private func tellMissed() { tell(.reload, ["reason": "events were missed"], of: nil) }

    private func tell(_ kind: StreamEvent, _ json: JSONValue, of client: ClientID?) {
        let at = now()
        let text = json.text
        let late = state.withLock { state in
            state.number += 1
            let position = StreamPosition(process: process, number: state.number, at: at)
            let event = Event(number: state.number, client: client, bytes: kind.bytes(text, position))
            state.kept.append(event)
            if state.kept.count >= 2 * Self.mostKept { state.kept.removeFirst(Self.mostKept) }
            return Self.give(event.bytes, to: &state) { event.isFor($0.clients) }
        }
        for seat in late { seat.close() }
    }

    private func give(_ bytes: ByteBuffer, where isFor: (Seat) -> Bool) {
        let late = state.withLock { state in Self.give(bytes, to: &state, where: isFor) }
        for seat in late { seat.close() }
    }

    /// Those that were too slow are taken out.
    private static func give(_ bytes: ByteBuffer, to state: inout State, where isFor: (Seat) -> Bool) -> [Seat] {
        var late: [Seat] = []
        for (id, seat) in state.seats where isFor(seat) {
            if case .enqueued = seat.source.yield(bytes) { continue }
            seat.source.finish()
            late.append(seat)
            state.seats[id] = nil
        }
        return late
    }
}

extension LiveFeed.Event {
    fileprivate func isFor(_ clients: Set<ClientID>) -> Bool { client.map { clients.contains($0) } ?? true }
}
