import JSONText

/// The body of a call: `jData=` and raw JSON, then the credential.
enum RequestBody {
    /// The server cuts the body at `&` before it reads the JSON, so inside the JSON there is none.
    static func bytes(_ fields: JSONValue, _ credential: Credential?) -> [UInt8] {
        var body = Array("jData=".utf8)
        for byte in fields.utf8 {
            if byte == UInt8(ascii: "&") { body.append(contentsOf: "\\u0026".utf8) } else { body.append(byte) }
        }
        if let credential { body.append(contentsOf: credential.bodySuffix.utf8) }
        return body
    }
}

/// How an endpoint wants a trading symbol: order endpoints were proven with one form, data endpoints with the other.
enum SymbolForm {
    case plain
    /// `M%26M-EQ`, a space as `+`: what the official client sends to order endpoints.
    case percentEncoded

    func text(of symbol: String) -> String {
        switch self {
        case .plain: symbol
        case .percentEncoded: Self.encoded(symbol)
        }
    }

    private static func encoded(_ symbol: String) -> String {
        var output: [UInt8] = []
        for byte in symbol.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                output.append(byte)
            case UInt8(ascii: " "): output.append(UInt8(ascii: "+"))
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                output.append(UInt8(ascii: "%"))
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
