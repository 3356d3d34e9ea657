import Desk
import Logging
import Trading

/// What the market shows of the instruments that orders wait for: from push, and asked for where push is silent.
extension Engine {
    /// How long push has to answer.
    private static let pushPatience: Duration = .milliseconds(400)

    func askQuote(_ instrument: Instrument, of runtime: ClientRuntime) {
        guard let contract = runtime.desk.contract(instrument) else { return }
        let client = runtime.id
        let broker = runtime.client.broker
        let asked = clock.now()
        runtime.quotesDue[instrument] = (asked, asked + Self.pushPatience)
        spawn {
            let isWatched = await broker.watchQuote(of: contract)
            if !isWatched { await self.pushIsSilent(about: instrument, of: client) }
        }
    }

    private func pushIsSilent(about instrument: Instrument, of client: ClientID) {
        guard let runtime = clients[client], let wish = runtime.quotesDue[instrument] else { return }
        runtime.quotesDue[instrument] = (wish.asked, wish.asked)
        pump(runtime)
    }

    func askAgainForQuotes(_ runtime: ClientRuntime, at now: Timestamp) {
        for (instrument, wish) in runtime.quotesDue {
            if let quote = runtime.desk.quote(instrument), quote.receivedAt >= wish.asked {
                runtime.quotesDue[instrument] = nil
            } else if now >= wish.due {
                runtime.quotesDue[instrument] = nil
                runtime.lanes.quote(instrument, at: now)
            }
        }
    }

    func launch(_ call: LaneCall, _ instrument: Instrument, for runtime: ClientRuntime) {
        let client = runtime.id
        let broker = runtime.client.broker
        let clock = clock
        guard let contract = runtime.desk.contract(instrument) else {
            runtime.lanes.finished(call)
            return
        }
        spawn {
            let read = await withDeadline(WatchIntervals.readDeadline, clock) { await broker.quote(of: contract) }
            await self.quoteRead(read, call, instrument, of: client)
        }
    }

    private func quoteRead(
        _ read: BookRead<Quote>?,
        _ call: LaneCall,
        _ instrument: Instrument,
        of client: ClientID
    ) {
        guard let runtime = clients[client] else { return }
        runtime.lanes.finished(call)
        switch read {
        case .known(let quotes):
            if let quote = quotes.first { enqueue(Inbox.Item(client, .quote(instrument, quote))) }
        case .empty: break
        case .unknown(let failure): quoteFailed(failure.text, instrument, client)
        case nil: quoteFailed("no answer within \(WatchIntervals.readDeadline.inSeconds)", instrument, client)
        }
        pump(runtime)
    }

    private func quoteFailed(_ problem: String, _ instrument: Instrument, _ client: ClientID) {
        warn(
            "the broker gave no quote",
            key: "\(client) quote",
            ["client": "\(client)", "instrument": "\(instrument)", "problem": "\(problem)"]
        )
    }
}
