import Desk
import Engine
import GRDB
import Trading

extension Database {
    func snapshot(of client: ClientID, since day: TradingDay) throws -> DeskSnapshot {
        var snapshot = DeskSnapshot()
        let first = CommandID.first(at: day.start).description
        snapshot.orders = try rows(.ordersOpenOrSince, ["client": client.text, "first": first, "day": day.number])
            .map { try OrderRow.record($0) }
        for order in snapshot.orders where order.filled.quantity > 0 {
            snapshot.fills += try rows(.fillsOfOrder, ["client": client.text, "command": order.id.description])
                .map { try FillRow.fill($0) }
        }
        snapshot.groups = try groups(of: client, orders: snapshot.orders, day: day)
        snapshot.holdings = try rows(.holdings, ["client": client.text]).map { try HoldingRow.holding($0) }
        snapshot.halts = try rows(.halts, ["client": client.text]).map { try HaltRow.halt($0) }
        snapshot.riskDay = try rows(.riskDay, ["client": client.text]).first.map { try RiskRow.day($0) }
        snapshot.summarisedAt = try rows(.summarised, ["client": client.text]).first.map { $0.time("at") }
        let moves: StatementArguments = ["client": client.text, "first": first, "day": day.number]
        snapshot.intradayMoves = try rows(.intradayMoves, moves).map { row in
            let position = PositionKey(row.instrument(), Product(row["product"] as String))
            let holding = HoldingKey(StrategyName(row["strategy"]), position)
            return IntradayMove(holding, on: try row.day("trading_day"), row["quantity"])
        }
        let since = day.start.microseconds
        snapshot.ledgerRequests = try LedgerRow.requests(
            try rows(.ledgerSince, ["client": client.text, "since": since])
        )
        return snapshot
    }

    func group(of client: ClientID, key: String) throws -> Group? {
        let rows = try rows(.groupByKey, ["client": client.text, "key": key.storable])
        return try rows.first.map { try group($0, of: client) }
    }

    /// The groups of `orders`, and every other one of the last 24 hours at any time of `day`.
    private func groups(of client: ClientID, orders: [OrderRecord], day: TradingDay) throws -> [Group] {
        let since = day.start - .seconds(86_400)
        let first = CommandID.first(at: since)
        let arguments: StatementArguments = [
            "client": client.text, "first": first.description, "since": since.microseconds,
        ]
        var groups = try rows(.groupsSince, arguments).map { try group($0, of: client) }
        let missing = Set(orders.map(\.command.group)).subtracting(groups.map(\.id))
        for id in missing {
            groups += try rows(.group, ["client": client.text, "group": id.description])
                .map { try group($0, of: client) }
        }
        return groups.sorted { $0.id < $1.id }
    }

    private func group(_ row: Row, of client: ClientID) throws -> Group {
        let arguments: StatementArguments = ["client": client.text, "group": row["group_id"] as String]
        let commands = try rows(.commandsOfGroup, arguments).map { try $0.read("command_id") { CommandID($0) } }
        return try GroupRow.group(row, commands: commands)
    }

    private func rows(_ statement: SnapshotStatement, _ arguments: StatementArguments) throws -> [Row] {
        try Row.fetchAll(try cachedStatement(sql: statement.rawValue), arguments: arguments)
    }
}

extension CommandID {
    /// The least id that can have been drawn at `time`.
    fileprivate static func first(at time: Timestamp) -> CommandID {
        CommandID(milliseconds: time.milliseconds, entropy: 0)
    }
}
