import Desk
public import Engine
import GRDB
public import Trading

/// What `selfcheck` found in one client's rows.
public struct SelfCheckReport: Hashable, Sendable {
    public var orders = 0
    public var events = 0
    public var fills = 0
    /// The first thing that is not as the events say; nil when all is.
    public var difference: String?
}

extension StoreReaderSQLite {
    /// Replays a client's events and compares every row with what they come to.
    public func selfCheck(of client: ClientID) async throws(JournalError) -> SelfCheckReport {
        try await file.read { db in
            var check = SelfCheck(client: client)
            do {
                try check.run(db)
            } catch let difference as Difference {
                check.report.difference = difference.description
            } catch let unreadable as PayloadError {
                check.report.difference = "\(check.current): \(unreadable)"
            }
            return check.report
        }
    }

    /// SQLite's own check of the file; nil when it is sound.
    public func fileDamage() async throws(JournalError) -> String? {
        try await file.read { db in
            let lines = try String.fetchAll(db, sql: Pragma.integrity.rawValue)
            return lines == ["ok"] ? nil : lines.first
        }
    }
}

/// What differs, in words that name the row.
private struct Difference: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

private struct SelfCheck {
    let client: ClientID
    var report = SelfCheckReport()
    /// The row under way, for errors that do not know it.
    var current = "the store"
    private var holdings: [HoldingKey: Int] = [:]

    private static let page = 1000

    init(client: ClientID) { self.client = client }

    mutating func run(_ db: Database) throws {
        var after = ""
        while let last = try checkPage(db, after: after) { after = last }
        try checkPositions(db)
        try checkRisk(db)
        if let row = try rows(db, .groupless, ["client": client.text]).first {
            let id: String = row["command_id"]
            throw Difference("order \(id): the alert that it came from is gone; a repeat of it would be taken as new")
        }
        if report.orders > 0, try db.mode(of: client) == nil {
            throw Difference("mode: nothing says whether these orders are live or paper")
        }
    }

    /// The last order's id; nil when there are no more.
    private mutating func checkPage(_ db: Database, after: String) throws -> String? {
        let orders = try rows(db, .orders, ["client": client.text, "after": after, "limit": Self.page])
        guard let last = orders.last?["command_id"] as String? else { return nil }
        let range: StatementArguments = ["client": client.text, "after": after, "last": last]
        let events = Dictionary(grouping: try rows(db, .events, range)) { $0["command_id"] as String }
        let fills = Dictionary(grouping: try rows(db, .fills, range)) { $0["command_id"] as String }
        for row in orders {
            let id: String = row["command_id"]
            current = "order \(id)"
            try check(row, events[id] ?? [], fills[id] ?? [])
        }
        return last
    }

    private mutating func check(_ row: Row, _ eventRows: [Row], _ fillRows: [Row]) throws {
        let events = try eventRows.map { try EventRow.event($0) }
        let replayed = try replay(events)
        var expected = Values()
        OrderRow.add(replayed, client: client, to: &expected)
        for ((column, stored), expected) in zip(row, expected.databaseValues) where stored != expected {
            throw Difference("\(current): \(column) is \(stored), its events come to \(expected)")
        }
        let booked = Set(try fillRows.map { try FillRow.fill($0).fill })
        let told = Set(events.compactMap { if case .filled(let fill, _) = $0.fact { fill } else { nil } })
        guard booked == told else { throw Difference("\(current): its fills are not those of its events") }
        if replayed.command.test == nil {
            holdings[replayed.command.holding, default: 0] += replayed.filled.quantity * replayed.command.side.sign
        }
        report.orders += 1
        report.events += events.count
        report.fills += booked.count
    }

    private func replay(_ events: [OrderEvent]) throws -> OrderRecord {
        guard let first = events.first, var record = OrderRecord(beginning: first) else {
            throw Difference("\(current): it has no first event")
        }
        for (event, sequence) in zip(events, 1...) {
            guard event.sequence == sequence else { throw Difference("\(current): event \(sequence) is missing") }
            if sequence == 1 { continue }
            do {
                try record.apply(event)
            } catch {
                throw Difference("\(current): event \(sequence) cannot follow: \(error)")
            }
        }
        return record
    }

    private mutating func checkPositions(_ db: Database) throws {
        for row in try rows(db, .ledger, ["client": client.text]) {
            current = "ledger event \(row["id"] as Int)"
            let entry = try LedgerRow.entry(row)
            holdings[entry.holding, default: 0] += entry.quantity
        }
        let stored = try rows(db, .positions, ["client": client.text]).map { try HoldingRow.holding($0) }
        let held = Dictionary(uniqueKeysWithValues: stored.map { ($0.key, $0.holding.quantity) })
        for key in Set(held.keys).union(holdings.keys).sorted() where held[key] ?? 0 != holdings[key] ?? 0 {
            throw Difference(
                "position \(key): is \(held[key] ?? 0), its fills and ledger events come to \(holdings[key] ?? 0)"
            )
        }
    }

    /// Each risk day is as its last event left it, and no event undoes what holds for its day.
    private mutating func checkRisk(_ db: Database) throws {
        var days: [TradingDay: RiskDay] = [:]
        for (row, number) in zip(try rows(db, .riskEvents, ["client": client.text]), 1...) {
            current = "risk event \(number)"
            guard row["id"] as Int == number else { throw Difference("\(current) is missing") }
            let event = try RiskRow.event(row)
            if let before = days[event.day.day], let objection = before.objection(to: event.day, after: event.kind) {
                throw Difference("\(current): \(objection)")
            }
            days[event.day.day] = event.day
        }
        for row in try rows(db, .riskDays, ["client": client.text]) {
            let stored = try RiskRow.day(row)
            current = "risk day \(stored.day.date)"
            guard let told = days.removeValue(forKey: stored.day), told == stored else {
                throw Difference("\(current) is not as its events left it")
            }
        }
        if let lost = days.keys.min() { throw Difference("risk day \(lost.date) is gone") }
    }

    private func rows(_ db: Database, _ statement: CheckStatement, _ arguments: StatementArguments) throws -> [Row] {
        try Row.fetchAll(try db.cachedStatement(sql: statement.rawValue), arguments: arguments)
    }
}
