import Desk
import Engine
import GRDB
import Trading

/// One row of `risk_days` or `risk_events`; the statement numbers the latter.
enum RiskRow {
    static func add(_ event: RiskEvent, client: ClientID, to values: inout Values) {
        values.add(client.text)
        values.add(event.kind.rawValue)
        addDay(event.day, to: &values)
    }

    static func add(_ day: RiskDay, client: ClientID, to values: inout Values) {
        values.add(client.text)
        addDay(day, to: &values)
    }

    private static func addDay(_ day: RiskDay, to values: inout Values) {
        values.add(day.day.number)
        values.add(day.maxLoss.tenThousandths)
        values.add(day.floor.tenThousandths)
        values.add(day.peak.tenThousandths)
        values.add(day.lowest.tenThousandths)
        values.add(day.profit.tenThousandths)
        values.add(day.warnedAt?.microseconds)
        values.add(day.breachedAt?.microseconds)
        values.add(day.losingDays)
        values.add(day.cooldownUntil.map { Int64($0.number) })
        values.add(day.updatedAt.microseconds)
    }

    static func event(_ row: Row) throws -> RiskEvent {
        RiskEvent(try row.read("kind") { RiskEvent.Kind(rawValue: $0) }, try day(row))
    }

    static func day(_ row: Row) throws -> RiskDay {
        RiskDay(
            day: try row.day("trading_day"),
            maxLoss: Money(tenThousandths: row["max_loss"]),
            floor: Money(tenThousandths: row["floor"]),
            peak: Money(tenThousandths: row["peak_profit"]),
            lowest: Money(tenThousandths: row["lowest_profit"]),
            profit: Money(tenThousandths: row["profit"]),
            warnedAt: (row["warned_at"] as Int64?).map { Timestamp(microseconds: $0) },
            breachedAt: (row["breached_at"] as Int64?).map { Timestamp(microseconds: $0) },
            losingDays: row["losing_days"],
            cooldownUntil: (row["cooldown_until"] as Int?).flatMap { TradingDay(number: $0) },
            updatedAt: row.time("updated_at")
        )
    }
}
