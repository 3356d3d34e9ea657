/// An amount of rupees, in 1/10000 rupee.
public struct Money: Hashable, Comparable, Sendable {
    public let tenThousandths: Int64

    public init(tenThousandths: Int64) { self.tenThousandths = tenThousandths }

    /// Reads decimal text such as `"-5000"`; nil if it is no plain decimal number or finer than 1/10000 rupee.
    public init?(_ text: some StringProtocol) {
        guard let value = DecimalText.parse(text) else { return nil }
        tenThousandths = value
    }

    public static let zero = Money(tenThousandths: 0)

    public static func < (left: Money, right: Money) -> Bool { left.tenThousandths < right.tenThousandths }
    public static prefix func - (value: Money) -> Money { Money(tenThousandths: -value.tenThousandths) }
    /// The sum, or the largest amount of its sign there is: no broker's figure can stop the process.
    public static func + (left: Money, right: Money) -> Money {
        let (sum, overflow) = left.tenThousandths.addingReportingOverflow(right.tenThousandths)
        guard overflow else { return Money(tenThousandths: sum) }
        return Money(tenThousandths: left < .zero ? .min : .max)
    }
}

extension Money: CustomStringConvertible {
    public var description: String { DecimalText.text(tenThousandths) }
}
