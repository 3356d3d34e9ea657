/// Where this version and the page differ on purpose. Each entry has a test that it is so, so that whoever changes it finds
/// this list: the first shrinks with every issue, the second grows with it.
enum Later {
    struct Route {
        let path: String
        let reason: String
    }

    /// Named by the page, and not there yet.
    static let routes = [Route(path: "/", reason: "the dashboard is a later issue")]

    /// Known, and not in the page's table: later issues add, none renames.
    static let addedKeys: Set = [
        "clients[].broker.noren.credential", "clients[].broker.noren.masters.url",
        "clients[].broker.noren.masters.exchanges", "clients[].broker.noren.masters.require_master",
        "clients[].broker.noren.market.protect", "clients[].broker.noren.market.slabs",
        "clients[].broker.noren.market.option_slabs",
    ]
}
