import Trading

/// How the masters write their values.
extension Span<UInt8> {
    /// Digits only, or digits with a fraction of zeros.
    var wholeNumber: Int? {
        guard let value = tenThousandths, value >= 0, value % 10_000 == 0 else { return nil }
        return Int(value / 10_000)
    }

    /// Decimal text in 1/10000; nil where it is none, or finer.
    var tenThousandths: Int64? {
        guard count > 0, count <= 18 else { return nil }
        let isNegative = self[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        var decimals = -1
        var digits = 0
        for index in (isNegative ? 1 : 0)..<count {
            let byte = self[index]
            if byte == UInt8(ascii: "."), decimals < 0 {
                decimals = 0
                continue
            }
            guard (0x30...0x39).contains(byte) else { return nil }
            digits += 1
            if decimals >= 4 {
                guard byte == 0x30 else { return nil }
                continue
            }
            if decimals >= 0 { decimals += 1 }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = tens + Int64(byte - 0x30)
        }
        guard digits > 0 else { return nil }
        for _ in Swift.max(0, decimals)..<4 {
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = tens
        }
        return isNegative ? -value : value
    }

    /// `29-SEP-2026`.
    var date: CivilDate? {
        guard count == 11, self[2] == UInt8(ascii: "-"), self[6] == UInt8(ascii: "-"),
            let day = number(0, 2), let year = number(7, 4)
        else { return nil }
        let letters = (3..<6).reduce(0) { $0 << 8 | UInt32(self[$1] & 0xDF) }
        return Self.months.firstIndex(of: letters).flatMap { CivilDate(year: year, month: $0 + 1, day: day) }
    }

    private func number(_ start: Int, _ length: Int) -> Int? {
        var value = 0
        for index in start..<start + length {
            guard (0x30...0x39).contains(self[index]) else { return nil }
            value = value * 10 + Int(self[index] - 0x30)
        }
        return value
    }

    private static var months: [UInt32] { monthNames }

    func isEqual(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && begins(text) }

    func begins(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { name in
            for (index, byte) in name.enumerated() where self[index] != byte { return false }
            return true
        }
    }
}

private let monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"].map {
    $0.utf8.reduce(0) { $0 << 8 | UInt32($1) }
}

extension ContractKind {
    /// Reads the master's `Instrument` column. Nil for what is quoted or carried there but not traded under that row.
    init?(_ code: Span<UInt8>, on exchange: Exchange) {
        if code.isEqual("INDEX") {
            self = .index
            return
        }
        guard exchange != "NSE", exchange != "BSE" else {
            self = .equity  // there the column holds the series
            return
        }
        let isOption = code.begins("OPT")
        guard code.count > 3, isOption || code.begins("FUT") else { return nil }
        let of = code.extracting(3..<code.count)
        switch exchange {
        case "NFO", "BFO":
            if of.isEqual("STK") {
                self = isOption ? .stockOption : .stockFuture
            } else if of.begins("I") {
                self = isOption ? .indexOption : .indexFuture
            } else {
                return nil
            }
        case "CDS": self = isOption ? .currencyOption : .currencyFuture
        case "MCX": self = isOption ? .commodityOption : .commodityFuture
        default: return nil
        }
    }
}
