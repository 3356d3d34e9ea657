import JSONText
import Trading

/// Why a row cannot be read: the order, where it is known, the field, and what is wrong with it.
struct RowFlaw: Error, CustomStringConvertible {
    let field: String
    let problem: String
    var number: String?

    var description: String { "\(number.map { "order \($0): " } ?? "")\(field) \(problem)" }
}

/// One row of a book or one order message. Every value may come as text or number, padded, blank or not at all.
///
/// All reading of the broker's fields goes through here.
struct NorenRow {
    private let members: [JSONMember]

    init(_ value: JSONValue) { members = value.members ?? [] }

    /// The first of these fields that says something, without the space around it.
    func text(_ names: String...) -> String? { text(names) }

    private func text(_ names: [String]) -> String? {
        for name in names {
            guard let text = members.first(where: { $0.name == name })?.value.scalarText else { continue }
            let trimmed = text.trimmed
            if !trimmed.isEmpty { return trimmed }
        }
        return nil
    }

    func required(_ names: String...) throws(RowFlaw) -> String { try required(names) }

    private func required(_ names: [String]) throws(RowFlaw) -> String {
        guard let text = text(names) else { throw flaw(names, "is missing") }
        return text
    }

    /// A whole number of units; `65.00` is one too.
    func quantity(_ names: String...) throws(RowFlaw) -> Int {
        let text = try required(names)
        guard let units = Int(units: text) else { throw flaw(names, "is no whole number") }
        return units
    }

    func quantityIfPresent(_ names: String...) throws(RowFlaw) -> Int? {
        guard let text = text(names) else { return nil }
        guard let units = Int(units: text) else { throw flaw(names, "is no whole number") }
        return units
    }

    func price(_ names: String...) throws(RowFlaw) -> Price {
        let text = try required(names)
        guard let value = TenThousandths(text) else { throw flaw(names, "is no price") }
        return Price(tenThousandths: value.rounded)
    }

    func priceIfPresent(_ names: String...) throws(RowFlaw) -> Price? {
        guard let text = text(names) else { return nil }
        guard let value = TenThousandths(text) else { throw flaw(names, "is no price") }
        return Price(tenThousandths: value.rounded)
    }

    /// Nil where there is none, or none that can be read: for figures that nothing depends on.
    func moneyIfReadable(_ names: String...) -> Money? {
        text(names).flatMap { TenThousandths($0) }.map { Money(tenThousandths: $0.rounded) }
    }

    func flaw(_ names: [String], _ problem: String) -> RowFlaw {
        RowFlaw(field: names.joined(separator: "/"), problem: problem, number: text("norenordno", "norenoordno"))
    }
}

extension String {
    /// Without the ASCII space around it.
    var trimmed: String {
        guard let first = utf8.first, let last = utf8.last, first <= 0x20 || last <= 0x20 else { return self }
        let bytes = utf8.drop { $0 <= 0x20 }
        let count = bytes.reversed().drop { $0 <= 0x20 }.count
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
