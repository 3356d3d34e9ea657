import Trading

/// Decimal text as 1/10000 rupee. Finer text is rounded half up: `1727.9500000000003` is what some clients write.
struct TenThousandths {
    let rounded: Int64

    init?(_ text: String) {
        if let exact = Price(text) {
            rounded = exact.tenThousandths
            return
        }
        let bytes = text.utf8
        guard let point = bytes.firstIndex(of: UInt8(ascii: ".")),
            let cut = bytes.index(point, offsetBy: 5, limitedBy: bytes.endIndex), cut < bytes.endIndex,
            bytes[cut...].allSatisfy({ (0x30...0x39).contains($0) }),
            let kept = Price(text[..<cut])
        else { return nil }
        let rest = bytes[cut...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        // Half up: towards positive infinity at exactly half.
        let isHalf = rest.first == 0x35 && rest.dropFirst().allSatisfy { $0 == 0x30 }
        let isUp = bytes[cut] >= 0x35 && !(isNegative && isHalf)
        let (value, overflow) = kept.tenThousandths.addingReportingOverflow(isUp ? (isNegative ? -1 : 1) : 0)
        guard !overflow else { return nil }
        rounded = value
    }
}

extension Int {
    /// A whole number, also one with a fraction of zeros.
    init?(units text: String) {
        let whole = text.utf8.prefix { $0 != UInt8(ascii: ".") }
        let fraction = text.utf8.dropFirst(whole.count + 1)
        let digits = whole.first == UInt8(ascii: "-") ? whole.dropFirst() : whole
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            whole.count == text.utf8.count || !fraction.isEmpty, fraction.allSatisfy({ $0 == 0x30 }),
            let value = Int(Substring(whole))
        else { return nil }
        self = value
    }
}
