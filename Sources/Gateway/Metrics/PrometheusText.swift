/// Writes the text format that Prometheus scrapes (version 0.0.4).
struct PrometheusText {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""

    /// Begins a family; its samples must follow before the next one begins.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: String) {
        text += name + Self.written(labels) + " " + value + "\n"
    }

    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Int) {
        sample(name, labels, String(value))
    }

    mutating func sample(_ name: String, _ labels: [(String, String)] = [], _ value: Duration) {
        sample(name, labels, Self.seconds(value))
    }

    /// One histogram: its classes add up, as the format wants them.
    mutating func histogram(
        _ name: String,
        _ labels: [(String, String)] = [],
        bounds: [Duration],
        counts: [Int],
        sum: Duration
    ) {
        var below = 0
        for (bound, count) in zip(bounds.map(Self.seconds) + ["+Inf"], counts) {
            below += count
            sample(name + "_bucket", labels + [("le", bound)], below)
        }
        sample(name + "_sum", labels, sum)
        sample(name + "_count", labels, below)
    }

    private static func written(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }

    /// Decimal seconds, exact to the microsecond.
    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
        let sign = microseconds < 0 ? "-" : ""
        let (whole, part) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        guard part > 0 else { return sign + String(whole) }
        var digits = String(1_000_000 + part).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }
}
