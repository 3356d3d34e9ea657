import JSONText

/// A definite no: what the client reads as `emsg`.
struct Refusal: Error, Equatable {
    let message: String
    /// The HTTP status it travels with: 400 for input that makes no sense, 200 for everything else.
    let status: Int

    init(_ message: String, status: Int) {
        self.message = message
        self.status = status
    }

    /// Two spaces after the colon, as the live servers print it.
    static func invalidInput(_ detail: String) -> Refusal { Refusal("Invalid Input :  \(detail)", status: 400) }
    static func rejected(_ detail: String) -> Refusal { Refusal("Rejected :  \(detail)", status: 200) }
    static let sessionExpired = Refusal("Session Expired :  Invalid Session Key", status: 200)
    static let noData = Refusal("Error Occurred : 5 \"no data\"", status: 200)
}

/// One request to an endpoint, its body taken apart.
struct Call: Sendable {
    /// The object in `jData`.
    let fields: JSONValue
    let token: String?
    let now: Int64
    /// Makes the risk engine refuse the order that this call places.
    var riskRejection: String?

    /// The field's text; nil where it is absent or null. Numbers are read as their text.
    func text(_ name: String) -> String? { fields[name]?.scalarText }

    /// Refuses when the field is absent, or empty: the live server's own string handling trips over that.
    func required(_ name: String) throws(Refusal) -> String {
        guard let text = text(name) else { throw .invalidInput("Missing \(name).") }
        guard !text.isEmpty else {
            throw .invalidInput("basic_string::at: __n (which is 0) >= this->size() (which is 0)")
        }
        return text
    }

    /// The text as it is, then with `+` and `%26` undone: clients disagree whether symbols are encoded.
    func spellings(_ name: String) throws(Refusal) -> [String] {
        let text = try required(name)
        guard let decoded = PercentText.decode(text), decoded != text else { return [text] }
        return [text, decoded]
    }
}

extension Call {
    /// `{"request_time":…,"stat":"Ok"}` and the row's fields.
    func ok(_ row: Row = Row()) -> JSONValue {
        var answer = Row()
        answer.add("request_time", IndianTime(microseconds: now).clockFirst)
        answer.add("stat", "Ok")
        return .object(answer.members + row.members)
    }
}
