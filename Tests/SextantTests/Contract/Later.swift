@testable import sextant

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
    static let addedKeys = ownKeys.union(
        Configuration.keys.map(\.name).filter { $0.hasPrefix("clients[].risk.limits.") }
    )

    private static let ownKeys: Set = [
        "clients[].broker.noren.credential", "clients[].broker.noren.masters.url",
        "clients[].broker.noren.masters.exchanges", "clients[].broker.noren.masters.require_master",
        "clients[].broker.noren.market.protect", "clients[].broker.noren.market.slabs",
        "clients[].broker.noren.market.option_slabs",
        "clients[].risk.trail_step", "clients[].risk.warn_at", "clients[].risk.on_breach", "clients[].risk.foreign",
        "clients[].risk.cooldown.after_days", "clients[].risk.cooldown.days", "clients[].guard.cooldown_after_exit",
        "calendar",
        "telegram.bot_key", "telegram.address", "clients[].telegram.chats[].id", "clients[].telegram.chats[].least",
        "clients[].telegram.chats[].silent",
    ]
}
