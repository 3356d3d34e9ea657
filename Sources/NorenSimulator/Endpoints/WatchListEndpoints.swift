import JSONText

extension Endpoint {
    static let watchListEndpoints: [String: Endpoint] = [
        "MWList": .session(watchListNames),
        "MarketWatch": .session(watchList),
        "AddMultiScripsToMW": .session(addToWatchList),
        "DeleteMultiMWScrips": .session(removeFromWatchList),
    ]

    @Sendable private static func watchListNames(_ exchange: inout Exchange, _ account: Int, _ call: Call) -> JSONValue
    {
        var row = Row()
        row.add("values", value: .array(exchange.accounts[account].watchLists.names.map { .string($0) }))
        return call.ok(row)
    }

    @Sendable private static func watchList(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        guard let list = exchange.accounts[account].watchLists[try call.required("wlname")], !list.isEmpty else {
            throw .noData
        }
        var row = Row()
        row.add("values", value: .array(list.map { identification(exchange.instruments[$0]).json }))
        return call.ok(row)
    }

    @Sendable private static func addToWatchList(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let name = try call.required("wlname")
        guard name.utf8.count <= 20 else { throw .invalidInput("Invalid Watchlist name") }
        let instruments = try scrips(exchange, call)
        exchange.accounts[account].watchLists.add(instruments, to: name)
        return call.ok()
    }

    @Sendable private static func removeFromWatchList(
        _ exchange: inout Exchange,
        _ account: Int,
        _ call: Call
    )
        throws(Refusal) -> JSONValue
    {
        let instruments = try scrips(exchange, call)
        exchange.accounts[account].watchLists.remove(instruments, from: try call.required("wlname"))
        return call.ok()
    }

    /// `NSE|22#NFO|40123`.
    private static func scrips(_ exchange: Exchange, _ call: Call) throws(Refusal) -> [Int] {
        let instruments = exchange.instruments.numbers(keys: try call.required("scrips"))
        guard !instruments.isEmpty else { throw .invalidInput("Invalid Scrips") }
        return instruments
    }
}
