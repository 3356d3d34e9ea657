import Synchronization
import Trading

/// A contract as the stream of quotes names it.
struct QuoteKey: Hashable, Sendable, CustomStringConvertible {
    let exchange: String
    let token: String

    var description: String { "\(exchange)|\(token)" }
}

/// The contracts whose quotes push is to bring, over all connections of an account.
final class QuoteWatch: Sendable {
    private struct State {
        var instruments: [QuoteKey: Instrument] = [:]
        var connection: (number: Int, asks: AsyncStream<[QuoteKey]>.Continuation)?
        var connections = 0
    }

    private let state = Mutex(State())

    /// Asks for a fresh snapshot, and for every change from then on. False while no connection is subscribed.
    func ask(for contract: Contract) -> Bool {
        let key = QuoteKey(exchange: contract.instrument.exchange.code, token: contract.token)
        return state.withLock { state in
            state.instruments[key] = contract.instrument
            guard let connection = state.connection else { return false }
            connection.asks.yield([key])
            return true
        }
    }

    func instrument(_ key: QuoteKey) -> Instrument? { state.withLock { $0.instruments[key] } }

    /// What a connection is to ask for: at first everything that is watched. Ends when the next connection begins.
    func connected() -> (number: Int, asks: AsyncStream<[QuoteKey]>) {
        let (asks, source) = AsyncStream<[QuoteKey]>.makeStream()
        return state.withLock { state in
            state.connection?.asks.finish()
            state.connections += 1
            state.connection = (state.connections, source)
            if !state.instruments.isEmpty { source.yield(state.instruments.keys.sorted { "\($0)" < "\($1)" }) }
            return (state.connections, asks)
        }
    }

    func disconnected(_ number: Int) {
        state.withLock { state in
            guard state.connection?.number == number else { return }
            state.connection?.asks.finish()
            state.connection = nil
        }
    }
}
