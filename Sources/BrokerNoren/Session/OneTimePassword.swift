import Crypto

/// Codes of an authenticator app (RFC 6238 with SHA-1 and steps of 30 seconds).
enum OneTimePassword {
    /// The step that a moment lies in: its code is good for this step only, and once.
    static func step(atSecond seconds: Int64) -> UInt64 { UInt64(max(0, seconds) / 30) }

    static func code(secret: [UInt8], step: UInt64, digits: Int = 6) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(hash[hash.count - 1] & 0x0F)
        let number = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let code = String(number % (0..<digits).reduce(UInt32(1)) { power, _ in power * 10 })
        return String(repeating: "0", count: digits - code.utf8.count) + code
    }

    /// Reads base32 as apps show it: either case, spaces, dashes and padding allowed. Nil for anything else.
    static func secret(base32 text: String) -> [UInt8]? {
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.uppercased().utf8 where ![0x20, 0x2D, 0x3D].contains(byte) {
            let value: UInt8
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
            case UInt8(ascii: "2")...UInt8(ascii: "7"): value = byte - UInt8(ascii: "2") + 26
            default: return nil
            }
            bits = bits << 5 | UInt32(value)
            count += 5
            guard count >= 8 else { continue }
            count -= 8
            output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return output.isEmpty ? nil : output
    }
}
