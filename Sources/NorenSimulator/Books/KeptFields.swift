import JSONText

/// Reading what was kept; each failure names the member.
extension JSONValue {
    func kept(_ name: String) throws -> JSONValue {
        guard let value = self[name] else { throw BooksProblem("\(name) is missing") }
        return value
    }

    func keptText(_ name: String) throws -> String {
        guard let text = try kept(name).string else { throw BooksProblem("\(name) is no text") }
        return text
    }

    /// Nil for null.
    func keptTextIfAny(_ name: String) throws -> String? { try kept(name) == .null ? nil : try keptText(name) }

    func keptNumber(_ name: String) throws -> Int {
        guard let number = try kept(name).integer else { throw BooksProblem("\(name) is no integer") }
        return number
    }

    func keptRupees(_ name: String) throws -> Rupees { Rupees(units: Int64(try keptNumber(name))) }

    func keptFlag(_ name: String) throws -> Bool {
        guard let flag = try kept(name).bool else { throw BooksProblem("\(name) is neither true nor false") }
        return flag
    }

    func keptWord<Word: RawRepresentable>(_ name: String) throws -> Word where Word.RawValue == String {
        let text = try keptText(name)
        guard let word = Word(rawValue: text) else { throw BooksProblem("\(name) is \(text)") }
        return word
    }

    func keptRows(_ name: String) throws -> [JSONValue] {
        guard let rows = try kept(name).elements else { throw BooksProblem("\(name) is no list") }
        return rows
    }

    /// `{"quantity":…,"value":…}`.
    func keptSum(_ name: String) throws -> FillSum {
        var sum = FillSum()
        sum.add(try kept(name).keptNumber("quantity"), worth: try kept(name).keptRupees("value"))
        return sum
    }

    init(_ amount: Rupees) { self.init(Int(amount.units)) }

    init(_ sum: FillSum) { self = ["quantity": JSONValue(sum.quantity), "value": JSONValue(sum.value)] }
}
