public import Trading

/// What the broker holds and no strategy owns.
public struct Unattributed: Hashable, Sendable {
    public let position: PositionKey
    /// Units more (or, below zero, fewer) than all strategies hold together.
    public let quantity: Int
    /// When the first position book was read that showed a difference here.
    public let since: Timestamp
}

/// A difference between the ledger and the broker, as position books showed it one after the other.
struct Drift: Sendable {
    let since: Timestamp
    private(set) var quantity = 0
    /// When the first book was read that showed this quantity, and how many have.
    private(set) var shownSince: Timestamp
    private(set) var books = 0
    var told: Int?

    init(since: Timestamp) {
        self.since = since
        shownSince = since
    }

    mutating func note(_ shown: Int, began: Timestamp) {
        if shown != quantity { (quantity, shownSince, books) = (shown, began, 0) }
        books += 1
    }
}

extension Desk {
    /// What the broker holds and no strategy owns: shown and reported, never silently given to one. Nil while the
    /// position book is not known.
    public var unattributed: [Unattributed]? {
        guard let positions = view.positions else { return nil }
        let keys = Set(positions.nets.keys).union(ledger.holdings.keys.map(\.position))
        return keys.sorted().compactMap { position in
            let difference = view.difference(position, from: ledger.net(position)) ?? 0
            let since = view.drifts[position]?.since ?? positions.began
            return difference == 0 ? nil : Unattributed(position: position, quantity: difference, since: since)
        }
    }

    /// How far the broker is from the ledger, by a book that is plausible and young; nil without one.
    func sureDifference(_ position: PositionKey, at now: Timestamp) -> Int? {
        guard view.net(position, inDirection: 1, at: now) != nil else { return nil }
        return view.difference(position, from: ledger.net(position))
    }

    /// Compares the ledger with the position book that was just taken in. A difference is looked into at once, since the
    /// other books may explain it, and told of when the second book shows it: once, until it changes.
    mutating func watchDrift(began: Timestamp, at now: Timestamp, into output: inout DeskOutput) {
        let found = unattributed ?? []
        for one in found {
            let isNew = view.drifts[one.position]?.quantity != one.quantity
            var drift = view.drifts[one.position] ?? Drift(since: began)
            drift.note(one.quantity, began: began)
            if isNew { output.actions += [.read(.orders), .read(.trades)] }
            let isLookedInto = view.ordersBegan.map { $0 >= drift.shownSince } ?? false
            if drift.told != one.quantity, drift.books >= (isLookedInto ? 2 : 3) {
                drift.told = one.quantity
                let text = "the broker shows \(one.quantity) \(one.position) that no strategy accounts for, since "
                let what = one.quantity.signum() * ledger.net(one.position) < 0 ? "force-close-strategy" : "adopt"
                notify(.drift, .critical, text + "\(one.since); compare with its app, then `sextant \(what)`", at: now)
            }
            view.drifts[one.position] = drift
        }
        let positions = Set(found.map(\.position))
        for (position, drift) in view.drifts.sorted(by: { $0.key < $1.key }) where !positions.contains(position) {
            view.drifts[position] = nil
            guard drift.told != nil else { continue }
            notify(.drift, .notice, "what strategies hold of \(position) is what the broker shows again", at: now)
        }
        watchClosedByHand(at: now)
    }

    /// A strategy still counts what somebody closed in the broker's own app: told of when it is more than before.
    private mutating func watchClosedByHand(at now: Timestamp) {
        var closed: [PositionKey: Int] = [:]
        for position in ledger.positions(of: .external) {
            let external = ledger[HoldingKey(.external, position)].quantity
            let owners = ledger.holders(position, Side(closing: external)).filter { $0 != .external }
            let owned = owners.map { abs(ledger[HoldingKey($0, position)].quantity) }.reduce(0, +)
            guard owned > 0 else { continue }
            closed[position] = min(owned, abs(external))
            guard min(owned, abs(external)) > view.closedByHand[position] ?? 0 else { continue }
            let holders = owners.map { "\($0) \(ledger[HoldingKey($0, position)].quantity)" }.joined(separator: ", ")
            let text = "\(position) was closed outside Sextant: \(holders), external \(external); "
            let next = owners.map { "`sextant force-close-strategy \($0) --symbol \(position.instrument.symbol)`" }
            notify(.closedByHand, .critical, text + next.joined(separator: " or ") + " makes it so here", at: now)
        }
        view.closedByHand = closed
    }
}
