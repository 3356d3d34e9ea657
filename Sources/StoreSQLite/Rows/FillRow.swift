import Desk
import GRDB
import Trading

/// One row of `fills`.
enum FillRow {
    static func add(_ booked: BookedFill, client: ClientID, to values: inout Values) {
        let fill = booked.fill
        values.add(client.text)
        values.add(fill.tradingDay.number)
        values.add(fill.exchange.code)
        values.add(fill.brokerOrderID.text)
        values.add(fill.id.text)
        values.add(booked.command.description)
        values.add(fill.quantity)
        values.add(fill.price.tenThousandths)
        values.add(fill.at.microseconds)
    }

    static func fill(_ row: Row) throws -> BookedFill {
        let fill = Fill(
            id: FillID(row["fill_id"]),
            brokerOrderID: BrokerOrderID(row["broker_order_id"]),
            exchange: Exchange(row["exchange"]),
            tradingDay: try row.day("trading_day"),
            quantity: row["quantity"],
            price: Price(tenThousandths: row["price"]),
            at: row.time("at")
        )
        return BookedFill(command: try row.read("command_id") { CommandID($0) }, fill: fill)
    }
}
