@testable import Desk
import TestSupport
import Testing
import Trading

/// Everything of a desk that is stored, and the indexes over it, in a form that can be compared.
struct DeskReplica: Equatable {
    var records: [CommandID: OrderRecord]
    var holdings: [HoldingKey: Holding]
    var nets: [PositionKey: Int]
    var groups: [GroupID: Group]
    var repeats: [String: GroupID]
    var halts: [Halt.Scope: Halt]
    var waitingGroups: Set<GroupID>
    var bookedFills: [BrokerOrderID: Set<FillID>]
    var openByHolding: [HoldingKey: [CommandID]]
    var reducing: [String: [CommandID]]
    var increasing: [String: CommandID]
    var holders: [String: [StrategyName]]
    var openIncreasing: [StrategyName: [CommandID]]
    var waitingExits: [HoldingKey: [CommandID]]
    var atBroker: Set<CommandID>
    var byNumber: [BrokerOrderID: CommandID]
    var byTag: [ClientTag: CommandID]
    var absences: Set<CommandID>
    /// Changes that somebody waits for, among the orders of which one is asked for.
    var changes: Set<CommandID>
    var day: TradingDay?
    var ledgerRequests: [DoneLedgerRequest]
    var intradayMoves: [HoldingKey: Int]
    var days: [TradingDay?]
    var riskDay: RiskDay?
    var lastExits: [StrategyName: Timestamp]
    /// What the limits count: of open orders, of the day, and of what is held.
    var sums: [String: OpenLoad.Sums]
    var units: [String: Int]
    var costs: [StrategyName: Int128]
    var registered: Int

    /// `keys`: what to look up in the indexes that cannot be listed. Packed orders are there as if they were not packed; of
    /// their groups the desk no longer has the keys, so that without `keys` only their orders are compared.
    init(_ packed: Desk, keys: [String] = []) {
        let desk = packed.unpacked
        records = desk.orders.records
        holdings = desk.ledger.holdings
        groups = keys.isEmpty ? desk.groups.groups.mapValues(\.withoutRequest) : desk.groups.groups
        repeats = Dictionary(
            keys.flatMap { key in
                [
                    ("key " + key, desk.groups.known(key: key)?.id),
                    ("content " + key, desk.groups.latest(content: key)?.id),
                ]
            }
            .compactMap { name, id in id.map { (name, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
        halts = desk.halts
        waitingGroups = desk.waitingGroups
        bookedFills = desk.bookedFills.mapValues { fills in
            var ids: Set<FillID> = []
            fills.forEach { id, _ in ids.insert(id) }
            return ids
        }
        let commands = records.values.map(\.command)
        nets = Dictionary(commands.map { ($0.position, desk.ledger.net($0.position)) }) { first, _ in first }
        openByHolding = Dictionary(commands.map { ($0.holding, desk.orders.open(on: $0.holding).map(\.id)) }) { a, _ in
            a
        }
        let sides = Set(commands.map(\.position)).flatMap { position in
            [Side.buy, .sell].map { (name: "\(position) \($0)", position: position, side: $0) }
        }
        reducing = Dictionary(
            uniqueKeysWithValues: sides.map { name, position, side in
                (name, desk.orders.reducing(position, side).map(\.id))
            }
        )
        increasing = Dictionary(
            uniqueKeysWithValues: sides.compactMap { name, position, side in
                desk.orders.increasing(position, side, besides: "nobody").map { (name, $0.id) }
            }
        )
        holders = Dictionary(
            uniqueKeysWithValues: sides.map { name, position, side in
                (name, desk.ledger.holders(position, side).sorted())
            }
        )
        openIncreasing = Dictionary(commands.map { ($0.strategy, desk.orders.openIncreasing($0.strategy).map(\.id)) }) {
            first,
            _ in first
        }
        waitingExits = Dictionary(commands.map { ($0.holding, desk.orders.waitingExits(on: $0.holding).map(\.id)) }) {
            first,
            _ in first
        }
        atBroker = desk.orders.atBroker
        byNumber = Dictionary(
            records.values.compactMap { record in
                record.state.brokerOrderID.flatMap { number in
                    desk.orders.order(numbered: number).map { (number, $0.id) }
                }
            },
            uniquingKeysWith: { first, _ in first }
        )
        byTag = Dictionary(
            commands.compactMap { command in desk.orders.order(tagged: command.tag).map { (command.tag, $0.id) } },
            uniquingKeysWith: { first, _ in first }
        )
        let load = desk.orders.load
        sums = ["": load.client]
        for (name, one) in load.strategies { sums["strategy \(name)"] = one }
        for (instrument, one) in load.instruments { sums["instrument \(instrument)"] = one }
        units = [:]
        for (lane, count) in load.unitsOfInstrument { units["\(lane.subject) \(lane.side)"] = count }
        for (lane, count) in load.unitsOfHolding { units["\(lane.subject) \(lane.side)"] = count }
        costs = desk.ledger.grossCosts
        registered = desk.traffic.registered
        day = desk.view.day
        ledgerRequests = desk.ledgerRequests
        intradayMoves = desk.intradayMoves
        days = [desk.movesDay, desk.view.ledgerDay]
        (riskDay, lastExits) = (desk.riskDay, desk.lastExits)
        changes = Set(desk.view.changes.keys).filter { desk.orders[$0]?.askedTerms != nil }
        absences = Set(desk.view.absences.keys).filter { desk.orders[$0]?.state == .unconfirmed }
    }
}

extension DeskReplica {
    /// The parts in which two differ.
    func differences(from other: DeskReplica) -> [String] {
        guard self != other else { return [] }
        return zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children).compactMap { one, two in
            guard let left = one.value as? any Equatable, !left.isEqual(to: two.value) else { return nil }
            return one.label
        }
    }
}

extension Equatable {
    fileprivate func isEqual(to other: Any) -> Bool { (other as? Self) == self }
}

extension Desk {
    /// The same desk with nothing packed.
    var unpacked: Desk {
        var desk = self
        for id in packedOrders { desk.unpack(id) }
        return desk
    }

    var packedOrders: [CommandID] {
        var ids: [CommandID] = []
        _ = orders.closed.allSatisfy { order in
            ids.append(order.id)
            return true
        }
        return ids
    }
}

extension Group {
    fileprivate var withoutRequest: Group {
        Group(
            id: id,
            source: source,
            idempotencyKey: nil,
            contentHash: "",
            request: "",
            receivedAt: receivedAt,
            commands: commands
        )
    }
}
