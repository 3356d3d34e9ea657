/// What a connection does about a request.
struct Answer: Sendable {
    enum Action: Sendable {
        case reply(Reply)
        /// Bytes with a content type.
        case raw(status: Int, type: String, [UInt8])
        /// To the broker's page or back from it.
        case redirect(String)
        /// Close the connection; no byte is sent.
        case close
        /// Send nothing, keep the connection.
        case hang
    }

    var action: Action
    var delay: Duration = .zero
    /// Pushes that wait until the answer is written.
    var ticket: PushTicket?

    static let html502 = Action.raw(
        status: 502,
        type: "text/html",
        Array(
            "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
                .utf8
        )
    )
    static let garbage = Action.raw(status: 200, type: "application/json", Array("\u{0}}{ not json".utf8))
}

/// One request to a Noren endpoint, as it came over HTTP.
struct NorenRequest: Sendable {
    let endpoint: String
    let body: [UInt8]
    /// The `Authorization: Bearer` token.
    let bearer: String?
    /// Of the caller; nil in process.
    var address: String?
}
