/// Something that goes wrong with the next calls of an endpoint.
struct Fault: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        /// Done, then the connection is closed without an answer.
        case lostReply = "lost_reply"
        /// Done, and never answered; the connection stays open.
        case hang
        /// An HTML 502; nothing was done.
        case html502 = "html_502"
        /// An HTML 502 although the call was done.
        case html502Accepted = "html_502_accepted"
        /// Done, answered with `Server Timeout`.
        case serverTimeout = "server_timeout"
        /// `Server Timeout`; nothing was done.
        case serverTimeoutLost = "server_timeout_lost"
        /// Done, answered with bytes that are no JSON.
        case garbage
        /// Done, answered `{"stat":"Ok"}`.
        case okWithoutNumber = "ok_without_number"
        /// `Not_Ok` with the given text; nothing was done.
        case refuse
        /// The token dies; nothing was done.
        case sessionExpired = "session_expired"
        /// The order is taken and then rejected by the risk engine with the given text.
        case rmsReject = "rms_reject"
        /// Done and pushed at once, answered after the delay.
        case delay
        /// Done and answered after the delay.
        case delayBefore = "delay_before"
        /// Done, answered with the first half of the bytes.
        case cutOff = "cut_off"
        /// A list that lacks its `rows` newest rows; `no data` when none is left.
        case missingRows = "missing_rows"
        /// `no data`, whatever there is.
        case empty
        /// Answered from the state at the moment when the fault was set. Only calls that read.
        case stale
        /// Answered from the state `delay_ms` ago; conversions of positions are not undone. Only calls that read.
        case lagging
        /// The order that the call would change or cancel fills completely just before.
        case fillFirst = "fill_first"

        /// Nothing reaches the exchange.
        var keepsCallOut: Bool {
            switch self {
            case .html502, .serverTimeoutLost, .refuse, .sessionExpired, .empty: true
            case .lostReply, .hang, .html502Accepted, .serverTimeout, .garbage, .okWithoutNumber, .rmsReject, .delay,
                .delayBefore, .cutOff, .missingRows, .stale, .lagging, .fillFirst:
                false
            }
        }

        /// Answers from the past, which only calls that read can do.
        var readsPast: Bool { self == .stale || self == .lagging }
    }

    let kind: Kind
    /// `*` is any.
    let endpoint: String
    /// Nil is any.
    let account: String?
    /// How many calls it still hits; negative is without end.
    var count: Int
    /// How many calls it lets pass first.
    var after: Int
    let delay: Duration
    let text: String
    let status: Int
    var rows = 1
    /// How many of a hundred calls it hits, by chance.
    var percent = 100
    /// What `stale` answers from.
    var snapshot: Exchange?

    func concerns(_ endpoint: String, _ account: String?) -> Bool {
        (self.endpoint == endpoint || self.endpoint == "*") && (self.account == nil || self.account == account)
            && (!kind.readsPast || Endpoint.all[endpoint]?.isReading ?? false)
    }
}

/// The faults that are waiting for their calls.
struct FaultPlan: Sendable {
    private(set) var faults: [Fault] = []
    private var randomness: Randomness

    init(seed: UInt64) { randomness = Randomness(seed: seed ^ 0xFA17) }

    mutating func add(_ fault: Fault) { faults.append(fault) }
    mutating func clear() { faults.removeAll() }

    /// The fault that hits this call, if any: the oldest that concerns it and has let enough calls pass. One that chance
    /// holds back leaves the call to those behind it.
    mutating func take(_ endpoint: String, _ account: String?) -> Fault? {
        let hit = faults.indices.first { index in
            faults[index].concerns(endpoint, account)
                && (faults[index].percent == 100 || randomness.below(100) < faults[index].percent)
        }
        guard let index = hit else { return nil }
        guard faults[index].after == 0 else {
            faults[index].after -= 1
            return nil
        }
        let fault = faults[index]
        if fault.count > 0 { faults[index].count -= 1 }
        if faults[index].count == 0 { faults.remove(at: index) }
        return fault
    }
}
