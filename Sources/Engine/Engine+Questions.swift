import Desk
import Logging
import Trading

/// Questions about contracts that orders wait for. Quotes come from push, and are asked for where push is silent.
extension Engine {
    /// How long push has to answer.
    private static let pushPatience: Duration = .milliseconds(400)

    func askQuote(_ instrument: Instrument, _ isUrgent: Bool, of runtime: ClientRuntime) {
        guard let contract = runtime.desk.contract(instrument) else { return }
        let client = runtime.id
        let broker = runtime.client.broker
        let asked = clock.now()
        runtime.quotesDue[instrument] = (asked, asked + Self.pushPatience, isUrgent)
        spawn {
            let isWatched = await broker.watchQuote(of: contract)
            if !isWatched { await self.pushIsSilent(about: instrument, of: client) }
        }
    }

    private func pushIsSilent(about instrument: Instrument, of client: ClientID) {
        guard let runtime = clients[client], let wish = runtime.quotesDue[instrument] else { return }
        runtime.quotesDue[instrument] = (wish.asked, wish.asked, wish.isUrgent)
        pump(runtime)
    }

    func askAgainForQuotes(_ runtime: ClientRuntime, at now: Timestamp) {
        for (instrument, wish) in runtime.quotesDue.sorted(by: { $0.key < $1.key }) {
            if let quote = runtime.desk.quote(instrument), quote.receivedAt >= wish.asked {
                runtime.quotesDue[instrument] = nil
            } else if now >= wish.due {
                runtime.quotesDue[instrument] = nil
                runtime.lanes.ask(.quote(instrument, urgent: wish.isUrgent), at: now)
            }
        }
    }

    /// Asks the broker about one contract.
    func launch(_ call: LaneCall, about instrument: Instrument, for runtime: ClientRuntime) {
        let client = runtime.id
        let broker = runtime.client.broker
        let clock = clock
        guard let contract = runtime.desk.contract(instrument) else {
            runtime.lanes.finished(call)
            return
        }
        let isQuote = if case .quote = call.kind { true } else { false }
        spawn {
            if isQuote {
                let read =
                    await withDeadline(WatchIntervals.readDeadline, clock) { await broker.quote(of: contract) }
                    ?? .timedOut
                let input = read.first.map { DeskInput.quote(instrument, $0) }
                await self.told(input, read.problem, call, instrument, client)
            } else {
                let read =
                    await withDeadline(WatchIntervals.readDeadline, clock) { await broker.security(contract) }
                    ?? .timedOut
                // A broker that says nothing of limits has answered as well; one that was not heard has not.
                let report = read.problem == nil ? read.first ?? SecurityReport(largestQuantity: nil) : nil
                let input = report.map { DeskInput.security(instrument, $0) }
                await self.told(input, read.problem, call, instrument, client)
            }
        }
    }

    /// Reads the depository. It changes over night only: what fails is asked again by the desk.
    func launchShares(_ call: LaneCall, for runtime: ClientRuntime) {
        let client = runtime.id
        let broker = runtime.client.broker
        let clock = clock
        let began = clock.now()
        spawn {
            let read = await withDeadline(WatchIntervals.readDeadline, clock) { await broker.shares() } ?? .timedOut
            await self.toldShares(read, began: began, call, client)
        }
    }

    private func toldShares(_ read: BookRead<ShareReport>, began: Timestamp, _ call: LaneCall, _ client: ClientID) {
        guard let runtime = clients[client] else { return }
        runtime.lanes.finished(call)
        enqueue(Inbox.Item(client, .shares(read, began: began)))
        if let problem = read.problem {
            warn(
                "the broker's holdings could not be read; delivery positions are not compared",
                key: "\(client) shares",
                ["client": "\(client)", "problem": "\(problem)"]
            )
        }
        pump(runtime)
    }

    /// Reads what margin is free. What fails is asked again by the desk; orders wait for it meanwhile.
    func launchFunds(_ call: LaneCall, for runtime: ClientRuntime) {
        let client = runtime.id
        let broker = runtime.client.broker
        let clock = clock
        let began = clock.now()
        spawn {
            let read = await withDeadline(WatchIntervals.readDeadline, clock) { await broker.funds() } ?? .timedOut
            await self.toldFunds(read, began: began, call, client)
        }
    }

    private func toldFunds(_ read: BookRead<FundsReport>, began: Timestamp, _ call: LaneCall, _ client: ClientID) {
        guard let runtime = clients[client] else { return }
        runtime.lanes.finished(call)
        enqueue(Inbox.Item(client, .funds(read, began: began)))
        if let problem = read.problem {
            warn(
                "the free margin could not be read; orders that it is asked for wait",
                key: "\(client) funds",
                ["client": "\(client)", "problem": "\(problem)"]
            )
        }
        pump(runtime)
    }

    private func told(
        _ input: DeskInput?,
        _ problem: String?,
        _ call: LaneCall,
        _ instrument: Instrument,
        _ client: ClientID
    ) {
        guard let runtime = clients[client] else { return }
        runtime.lanes.finished(call)
        if let input { enqueue(Inbox.Item(client, input)) }
        if let problem {
            warn(
                "the broker could not be asked about a contract",
                key: "\(client) contract",
                ["client": "\(client)", "instrument": "\(instrument)", "problem": "\(problem)"]
            )
        }
        pump(runtime)
    }
}

extension BookRead {
    /// What is taken for a question that nobody answered.
    fileprivate static var timedOut: Self {
        .unknown(ReadFailure(.unreachable, "no answer within \(WatchIntervals.readDeadline.inSeconds)"))
    }

    fileprivate var first: Row? { if case .known(let rows) = self { rows.first } else { nil } }

    /// Why it is unknown; nil when it is not.
    fileprivate var problem: String? { if case .unknown(let failure) = self { failure.text } else { nil } }
}
