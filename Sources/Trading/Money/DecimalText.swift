/// Exact arithmetic on decimal text: amounts are whole numbers of 1/10000 rupee and never pass through floating point.
enum DecimalText {
    static let scale: Int64 = 10_000

    /// `"212.35"` → 2_123_500. Nil unless the text is a plain decimal number whose value is a whole number of 1/10000.
    static func parse(_ text: some StringProtocol) -> Int64? {
        var bytes = Array(text.utf8)[...]
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes = bytes.dropFirst() }
        let whole = bytes.prefix { $0 != UInt8(ascii: ".") }
        let fraction = bytes.dropFirst(whole.count + 1)
        guard !whole.isEmpty, whole.count == bytes.count || !fraction.isEmpty else { return nil }
        var value: Int64 = 0
        for (index, byte) in (whole + fraction).enumerated() {
            guard (0x30...0x39).contains(byte) else { return nil }
            if index >= whole.count + 4 {
                guard byte == 0x30 else { return nil }
                continue
            }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowed) = shifted.addingReportingOverflow(Int64(byte - 0x30))
            guard !overflow, !overflowed else { return nil }
            value = sum
        }
        for _ in 0..<max(0, 4 - fraction.count) {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = shifted
        }
        return negative ? -value : value
    }

    /// 2_123_500 → `"212.35"`: two decimals, up to four where they are needed.
    static func text(_ value: Int64) -> String {
        var rest = value.magnitude
        var length = 0
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { bytes in
            // From the last digit to the first.
            func add(_ byte: UInt8) {
                length += 1
                bytes[24 - length] = byte
            }
            for place in 0..<4 {
                let digit = UInt8(rest % 10)
                rest /= 10
                if digit != 0 || place >= 2 || length > 0 { add(0x30 + digit) }
            }
            add(UInt8(ascii: "."))
            repeat {
                add(0x30 + UInt8(rest % 10))
                rest /= 10
            } while rest > 0
            if value < 0 { add(UInt8(ascii: "-")) }
            return String(decoding: bytes[(24 - length)...], as: UTF8.self)
        }
    }
}
