/// Where the WebSocket is: `wss://host:port/path`.
struct PushAddress: Equatable {
    let isSecure: Bool
    let host: String
    let port: Int
    let path: String

    init?(_ url: String) {
        let parts = url.split(separator: "://", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == "ws" || parts[0] == "wss" else { return nil }
        isSecure = parts[0] == "wss"
        let slash = parts[1].firstIndex { $0 == "/" || $0 == "?" } ?? parts[1].endIndex
        let rest = String(parts[1][slash...])
        path = rest.hasPrefix("/") ? rest : "/" + rest
        let authority = parts[1][..<slash].split(separator: ":", omittingEmptySubsequences: false)
        guard let name = authority.first, !name.isEmpty, authority.count <= 2 else { return nil }
        host = String(name)
        if authority.count == 2 {
            guard let number = Int(authority[1]), (1...65_535).contains(number) else { return nil }
            port = number
        } else {
            port = isSecure ? 443 : 80
        }
    }

    /// The `Host` header.
    var authority: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }
}
