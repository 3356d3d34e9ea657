import Trading

/// Why a row cannot be read: the order, where it is known, the field, and what is wrong with it.
struct RowFlaw: Error, CustomStringConvertible {
    let field: String
    let problem: String
    var number: String?

    var description: String { "\(number.map { "order \($0): " } ?? "")\(field) \(problem)" }
}

/// One row of a book, one message, or one answer. Every value may come as text or number, padded, blank or not at all.
///
/// All reading of the broker's fields goes through here.
struct NorenRow {
    struct Value {
        enum Kind {
            /// The bytes are the text.
            case plain
            case escaped
            /// A list, an object, a truth value or null.
            case other
        }

        let kind: Kind
        let range: Range<Int>
    }

    struct Field {
        let name: FieldName
        let value: Value
    }

    private let bytes: [UInt8]
    private let fields: [Field]

    init(bytes: [UInt8], fields: [Field]) {
        self.bytes = bytes
        self.fields = fields
    }

    /// The first of these fields that says something, without the space around it.
    func text(_ names: FieldName...) -> String? { text(names) }

    private func text(_ names: [FieldName]) -> String? {
        for name in names {
            guard let value = fields.first(where: { $0.name == name })?.value else { continue }
            if let text = text(of: value) { return text }
        }
        return nil
    }

    private func text(of value: Value) -> String? {
        switch value.kind {
        case .other: return nil
        case .plain: return Self.trimmed(bytes[value.range])
        case .escaped: return Self.trimmed(Unescaping.bytes(bytes[value.range])[...])
        }
    }

    /// Nil for blanks.
    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let start = bytes.firstIndex(where: { $0 > 0x20 }), let end = bytes.lastIndex(where: { $0 > 0x20 }) else {
            return nil
        }
        return String(decoding: bytes[start...end], as: UTF8.self)
    }

    /// The rows of a list inside this one; nil where there is none.
    func list(_ name: FieldName) -> [NorenRow]? {
        guard let value = fields.first(where: { $0.name == name })?.value, case .other = value.kind,
            case .list(let rows)? = try? NorenScanner.scan(Array(bytes[value.range]))
        else { return nil }
        return rows
    }

    /// Nil where there is none, none that can be read, or zero, which brokers print for what they do not know.
    func priceIfKnown(_ name: FieldName) -> Price? {
        guard let value = text(name).flatMap({ TenThousandths($0) }), value.rounded > 0 else { return nil }
        return Price(tenThousandths: value.rounded)
    }

    func required(_ names: FieldName...) throws(RowFlaw) -> String { try required(names) }

    private func required(_ names: [FieldName]) throws(RowFlaw) -> String {
        guard let text = text(names) else { throw flaw(names, "is missing") }
        return text
    }

    /// A whole number of units; `65.00` is one too.
    func quantity(_ name: FieldName) throws(RowFlaw) -> Int {
        guard let units = Int(units: try required([name])) else { throw flaw([name], "is no whole number") }
        guard units.magnitude <= 1_000_000_000_000 else { throw flaw([name], "is beyond any quantity") }
        return units
    }

    func price(_ name: FieldName) throws(RowFlaw) -> Price {
        guard let value = TenThousandths(try required([name])) else { throw flaw([name], "is no price") }
        return Price(tenThousandths: value.rounded)
    }

    func priceIfPresent(_ name: FieldName) throws(RowFlaw) -> Price? {
        text([name]) == nil ? nil : try price(name)
    }

    /// Nil where there is none, or none that can be read: for figures that nothing depends on.
    func moneyIfReadable(_ names: FieldName...) -> Money? {
        text(names).flatMap { TenThousandths($0) }.map { Money(tenThousandths: $0.rounded) }
    }

    func flaw(_ names: [FieldName], _ problem: String) -> RowFlaw {
        RowFlaw(
            field: names.map(\.description).joined(separator: "/"),
            problem: problem,
            number: text("norenordno", "norenoordno")
        )
    }
}
