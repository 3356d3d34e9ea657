/// How a position is carried, by the broker's letter. Books may show letters that orders are not taken for.
public struct Product: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let code: String

    public init(_ code: String) { self.code = code }

    /// Delivery (CNC).
    public static let delivery = Product("C")
    /// Margin, carried overnight (NRML).
    public static let margin = Product("M")
    /// Intraday, squared off by the broker before the close (MIS).
    public static let intraday = Product("I")

    /// Reads a letter or its alias: `C`/`CNC`, `M`/`NRML`, `I`/`MIS`.
    public init?(named text: String) {
        switch text.uppercased() {
        case "C", "CNC": self = .delivery
        case "M", "NRML": self = .margin
        case "I", "MIS": self = .intraday
        default: return nil
        }
    }

    public var description: String { code }

    public static func < (left: Self, right: Self) -> Bool { left.code < right.code }
}
