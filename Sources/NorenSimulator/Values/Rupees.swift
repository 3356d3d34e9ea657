/// An amount or a price in whole 1/10000 rupee: no figure of the simulator passes through floating point.
struct Rupees: Hashable, Comparable, Sendable {
    var units: Int64

    static let zero = Rupees(units: 0)

    static func whole(_ rupees: Int64) -> Rupees { Rupees(units: rupees * 10_000) }

    static func < (left: Rupees, right: Rupees) -> Bool { left.units < right.units }
    static func + (left: Rupees, right: Rupees) -> Rupees { Rupees(units: left.units + right.units) }
    static func - (left: Rupees, right: Rupees) -> Rupees { Rupees(units: left.units - right.units) }
    static func * (price: Rupees, quantity: Int) -> Rupees { Rupees(units: price.units * Int64(quantity)) }
    static func += (left: inout Rupees, right: Rupees) { left.units += right.units }
    static func -= (left: inout Rupees, right: Rupees) { left.units -= right.units }

    /// The nearest multiple of `tick` that is not above this amount.
    func floored(to tick: Rupees) -> Rupees { Rupees(units: units - units % tick.units) }

    /// The nearest multiple of `tick` that is not below this amount.
    func raised(to tick: Rupees) -> Rupees { (self + Rupees(units: tick.units - 1)).floored(to: tick) }

    func isMultiple(of tick: Rupees) -> Bool { units % tick.units == 0 }

    func percent(_ percent: Int64) -> Rupees { Rupees(units: units * percent / 100) }

    /// `self · part / whole`, rounded half away from zero; exact in between.
    func share(_ part: Int, of whole: Int) -> Rupees {
        Rupees(units: Int64(Self.rounded(Int128(units) * Int128(part), by: Int128(whole))))
    }

    /// Rounded half away from zero to whole paise.
    var roundedToPaise: Rupees { Rupees(units: Int64(Self.rounded(Int128(units), by: 100)) * 100) }

    private static func rounded(_ value: Int128, by divisor: Int128) -> Int128 {
        let half = divisor / 2
        return (value >= 0 ? value + half : value - half) / divisor
    }
}

extension Rupees {
    /// Reads a price as order forms carry it: digits, perhaps a point and digits. Signs, commas, blanks, exponents and
    /// more than nine digits before the point are refused; what lies beyond four decimals is rounded, because clients
    /// send `1727.9500000000003`.
    init?(wire text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...9).contains(whole.count), parts.allSatisfy({ !$0.isEmpty }),
            text.utf8.count <= 40,
            parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        var value: Int64 = 0
        for byte in whole { value = value * 10 + Int64(byte - 0x30) }
        let fraction = parts.count > 1 ? Array(parts[1]) : []
        for place in 0..<4 { value = value * 10 + (place < fraction.count ? Int64(fraction[place] - 0x30) : 0) }
        if fraction.count > 4, fraction[4] >= UInt8(ascii: "5") { value += 1 }
        units = value
    }

    /// Two decimals, rounded half away from zero: how Noren prints prices and money.
    var text: String {
        let paise = roundedToPaise.units / 100
        let magnitude = paise.magnitude
        return "\(paise < 0 ? "-" : "")\(magnitude / 100).\(String(magnitude % 100 + 100).dropFirst())"
    }

    /// Two decimals, or four, which is exact.
    func text(decimals: Int) -> String {
        guard decimals > 2 else { return text }
        let fraction = String(units.magnitude % 10_000 + 10_000).dropFirst()
        return "\(units < 0 ? "-" : "")\(units.magnitude / 10_000).\(fraction)"
    }

    /// Two to four decimals, nothing rounded.
    var exactText: String {
        var digits = String(units.magnitude % 10_000 + 10_000).dropFirst()
        while digits.count > 2, digits.last == "0" { digits = digits.dropLast() }
        return "\(units < 0 ? "-" : "")\(units.magnitude / 10_000).\(digits)"
    }

    /// As few decimals as say it: `0.05`, `5`.
    var shortText: String {
        var text = exactText[...]
        while text.last == "0" { text = text.dropLast() }
        return String(text.last == "." ? text.dropLast() : text)
    }

    /// `INR 2,400.00`, as in the risk engine's reasons.
    var inReason: String {
        let plain = text
        let whole = plain.prefix { $0 != "." }.drop { $0 == "-" }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { grouped.append(",") }
            grouped.append(digit)
        }
        return "INR \(units < 0 ? "-" : "")\(grouped)\(plain.suffix(3))"
    }
}
