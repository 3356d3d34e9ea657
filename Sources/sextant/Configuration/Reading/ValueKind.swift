/// A type of value: how its text is read, and what to tell whoever wrote it wrong.
struct ValueKind<Value: Sendable>: Sendable {
    /// Reads as a noun: `a duration`.
    let name: String
    /// What to write instead.
    let advice: String
    /// Stands in for a value that is missing or wrong, so that reading can go on.
    let placeholder: Value
    var isSecret = false
    /// Nil if the text is no such value.
    let read: @Sendable (String) -> Value?
}

extension ValueKind<String> {
    static var text: Self {
        ValueKind(name: "text", advice: "write it here", placeholder: "") { $0.isEmpty ? nil : $0 }
    }

    static var clientID: Self {
        ValueKind(name: "a client id", advice: "use 1 to 32 of A-Z a-z 0-9 _ -", placeholder: "") { text in
            (1...32).contains(text.utf8.count) && text.utf8.allSatisfy(isIDByte) ? text : nil
        }
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

extension ValueKind<Secret> {
    static var secret: Self {
        ValueKind(
            name: "a secret",
            advice: "write ${NAME} and set NAME in the environment",
            placeholder: Secret(""),
            isSecret: true
        ) { $0.isEmpty ? nil : Secret($0) }
    }

    static var base32: Self {
        ValueKind(
            name: "a secret in base32",
            advice: "use the key shown for authenticator apps: letters A-Z and digits 2-7",
            placeholder: Secret(""),
            isSecret: true
        ) { text in
            let symbols = text.utf8.reversed().drop { $0 == UInt8(ascii: "=") }
            let isComplete = !symbols.isEmpty && ![1, 3, 6].contains(symbols.count % 8)
            return isComplete && symbols.allSatisfy(isBase32) ? Secret(text) : nil
        }
    }

    private static func isBase32(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        case UInt8(ascii: "2")...UInt8(ascii: "7"): true
        default: false
        }
    }
}

extension ValueKind<Bool> {
    static var boolean: Self {
        ValueKind(name: "true or false", advice: "write true or false", placeholder: false) { Bool($0) }
    }
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable {
    /// One of the raw values of an enum.
    static func choice(_ type: Value.Type, placeholder: Value? = nil) -> Self {
        let names = Value.allCases.map(\.rawValue)
        let choices = names.count > 1 ? names.dropLast().joined(separator: ", ") + " or \(names.last ?? "")" : names[0]
        return ValueKind(
            name: choices,
            advice: "write \(choices)",
            placeholder: placeholder ?? Value.allCases[Value.allCases.startIndex]
        ) { Value(rawValue: $0) }
    }
}
