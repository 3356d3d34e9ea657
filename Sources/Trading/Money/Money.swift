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
    public static func + (left: Money, right: Money) -> Money {
        Money(tenThousandths: left.tenThousandths + right.tenThousandths)
    }
}

extension Money: CustomStringConvertible {
    public var description: String { DecimalText.text(tenThousandths) }
}
