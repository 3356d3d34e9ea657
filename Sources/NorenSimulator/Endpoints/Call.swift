import JSONText

/// A definite no: what the client reads as `emsg`.
struct Refusal: Error, Equatable {
    /// What decides the HTTP status that it travels with.
    enum Kind: Equatable {
        /// Input that makes no sense.
        case input
        case session
        case rate
        case other
        case status(Int)
    }

    let message: String
    let kind: Kind

    init(_ message: String, _ kind: Kind = .other) {
        self.message = message
        self.kind = kind
    }

    /// Two spaces after the colon, as the live servers print it.
    static func invalidInput(_ detail: String) -> Refusal { Refusal("Invalid Input :  \(detail)", .input) }
    static func rejected(_ detail: String) -> Refusal { Refusal("Rejected :  \(detail)") }
    static let sessionExpired = Refusal("Session Expired :  Invalid Session Key", .session)
    static let noData = Refusal("Error Occurred : 5 \"no data\"")
}

/// One request to an endpoint, its body taken apart.
struct Call: Sendable {
    /// The object in `jData`.
    var fields: JSONValue
    let token: String?
    /// Whether the token came as `jKey` in the body.
    var isTokenInBody = true
    /// Where the request came from; nil in process.
    var address: String?
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
    func spellings(_ name: String, decoded isDecoded: Bool = true) throws(Refusal) -> [String] {
        let text = try required(name)
        guard isDecoded, let decoded = PercentText.decode(text), decoded != text else { return [text] }
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
