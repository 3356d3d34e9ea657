import Engine
import GRDB
import Trading

extension Row {
    func read<Value>(_ column: String, _ make: (String) throws -> Value?) throws -> Value {
        guard let value = try readIfAny(column, make) else { throw PayloadError(field: column) }
        return value
    }

    /// Nil where the column is; throws if it holds what `make` cannot read.
    func readIfAny<Value>(_ column: String, _ make: (String) throws -> Value?) throws -> Value? {
        guard let text = self[column] as String? else { return nil }
        guard let value = try make(text) else { throw PayloadError(field: column) }
        return value
    }

    func time(_ column: String) -> Timestamp { Timestamp(microseconds: self[column]) }

    func day(_ column: String) throws -> TradingDay {
        guard let day = TradingDay(number: self[column]) else { throw PayloadError(field: column) }
        return day
    }

    func instrument() -> Instrument { Instrument(Exchange(self["exchange"]), self["symbol"]) }
}
