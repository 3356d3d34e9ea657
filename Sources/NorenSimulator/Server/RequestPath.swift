/// A request's path, repeated slashes collapsed, and where it leads.
struct RequestPath: Sendable {
    let parts: [String]
    /// Without the question mark.
    let query: String

    init(_ uri: String) {
        let halves = uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        parts = (halves.first ?? "").split(separator: "/").map { String($0) }
        query = halves.count > 1 ? String(halves[1]) : ""
    }

    var isWebSocket: Bool { parts == ["NorenWSTP"] || parts == ["NorenWSAPI"] }

    /// The endpoint's name when this is a Noren path.
    var endpoint: String? {
        guard parts.first == "NorenWClientTP" || parts.first == "NorenWClientAPI" else { return nil }
        return parts.dropFirst().joined(separator: "/")
    }

    /// What is neither of these: a file or page of the broker's host.
    var page: String? { endpoint == nil && control == nil && !isWebSocket ? parts.joined(separator: "/") : nil }

    /// The control call's name, `faults/clear`.
    var control: String? {
        guard parts.first == "control" else { return nil }
        return parts.dropFirst().joined(separator: "/")
    }

    var queryItems: [(String, String)] {
        query.split(separator: "&").map { item in
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            return (pair[0], pair.count > 1 ? PercentText.decode(pair[1]) ?? pair[1] : "")
        }
    }
}
