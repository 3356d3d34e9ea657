import Crypto

enum HexDigest {
    /// SHA-256 of the text's UTF-8, in lower-case hexadecimal.
    static func sha256(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).reduce(into: "") { $0 += String(UInt32($1) + 256, radix: 16).dropFirst() }
    }
}
