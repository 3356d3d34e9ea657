/// A price of one unit, in 1/10000 rupee.
public struct Price: Hashable, Comparable, Sendable {
    public let tenThousandths: Int64

    public init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }

    /// Reads decimal text such as `"212.35"`; nil if it is no plain decimal number or finer than 1/10000 rupee.
    public init?(_ text: some StringProtocol) {
        guard let value = DecimalText.parse(text) else { return nil }
        tenThousandths = value
    }

    public static let zero = Price(tenThousandths: 0)
    /// The largest price an order may carry: with the largest quantity it still fits 64 bits.
    public static let largest = Price(tenThousandths: 100_000_000_000)

    public static func < (left: Price, right: Price) -> Bool { left.tenThousandths < right.tenThousandths }
}

extension Price: CustomStringConvertible {
    public var description: String { DecimalText.text(tenThousandths) }
}
