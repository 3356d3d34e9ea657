import Hummingbird

/// A request's query, read strictly: what cannot be decoded, or is there twice, is refused by name instead of being
/// half understood.
struct QueryFields {
    private var values: [String: String] = [:]

    init(_ request: Request) throws(APIProblem) {
        for part in request.uri.query?.split(separator: "&") ?? [] {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // Forms write a space as `+`, and so do most HTTP clients.
            let decoded = pair.map { $0.replacing("+", with: " ").percentDecoded }
            guard let name = decoded.first ?? nil, let value = decoded.count > 1 ? decoded[1] : "" else {
                throw .badRequest("the query is not percent-encoded UTF-8", field: String(pair[0].prefix(40)))
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw .badRequest("\(name.prefix(40)) is there twice; send it once", field: String(name.prefix(40)))
            }
        }
    }

    /// Nil for absent and empty.
    subscript(name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
}
