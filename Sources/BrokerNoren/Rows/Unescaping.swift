/// Undoes the escapes of a JSON text. One that is none stays as it is.
enum Unescaping {
    static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let mark = rest.popFirst() else {
                output.append(byte)
                continue
            }
            switch mark {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"): output.append(contentsOf: String(unicode(&rest)).utf8)
            default: output.append(mark)
            }
        }
        return output
    }

    /// The character behind `\u`; half of a surrogate pair, or no four digits, is the replacement character.
    private static func unicode(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar {
        guard let high = unit(rest) else { return "\u{FFFD}" }
        rest = rest.dropFirst(4)
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]),
            let low = unit(rest.dropFirst(2)), (0xDC00..<0xE000).contains(low)
        else { return "\u{FFFD}" }
        rest = rest.dropFirst(6)
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private static func unit(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let digits = bytes.prefix(4)
        guard digits.count == 4, digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-") else {
            return nil
        }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
