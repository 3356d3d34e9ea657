import Testing

@testable import sextant

struct ConfigurationKeyTests {
    @Test func `the keys are those of the contract, with their defaults`() {
        let quickAuth = "clients[].broker.noren.auth.quickauth"
        let oauth = "clients[].broker.noren.auth.oauth"
        let limits = "clients[].broker.noren.limits"
        let masters = "clients[].broker.noren.masters"
        let market = "clients[].broker.noren.market"
        let expected = [
            "server.host 127.0.0.1", "server.port 8080", "server.admin_key none",
            "store.sqlite required", "store.emergency <sqlite>.emergency", "store.commit_deadline 2s",
            "clients[].id required", "clients[].mode required", "clients[].webhook.secret required",
            "clients[].webhook.repeat_window 20s", "clients[].webhook.max_age 60s", "clients[].api.key required",
            "clients[].broker.noren.profile none", "clients[].broker.noren.rest by `profile`",
            "clients[].broker.noren.websocket by `profile`",
            "\(quickAuth).user required", "\(quickAuth).vendor_code required", "\(quickAuth).password required",
            "\(quickAuth).api_secret required", "\(quickAuth).totp_secret either this or `factor2`",
            "\(quickAuth).factor2 either this or `totp_secret`",
            "\(oauth).user required", "\(oauth).client_id required", "\(oauth).secret required",
            "\(oauth).authorize_url required", "\(oauth).redirect required",
            "\(oauth).token_url by `profile`", "clients[].broker.noren.credential by `auth` and `profile`",
            "\(limits).orders_per_second 10", "\(limits).calls_per_second 10", "\(limits).calls_per_minute 120",
            "\(limits).place_timeout 10s", "\(limits).entry_wait 10s",
            "\(masters).url by `profile`, else the root of `rest`",
            "\(masters).exchanges [NSE, NFO, BSE, BFO, MCX, CDS]", "\(masters).require_master false",
            "\(market).protect true with a `profile`", "\(market).slabs [2% below 100, 1% below 500, 0.5%]",
            "\(market).option_slabs [5% below 10, 3% below 100, 2% below 500, 1%]",
            "clients[].watch.poll_interval 1.0s", "clients[].watch.positions_interval 5s",
            "clients[].watch.idle_interval 15s", "clients[].watch.absence_after 15s",
            "clients[].watch.unconfirmed_alert 30s",
            "clients[].guard.cross_strategy same_direction", "clients[].guard.legs together",
            "clients[].guard.wait_for_flat 5s", "clients[].guard.cooldown_after_exit 0s",
            "clients[].risk.base_max_loss required if live", "clients[].risk.pnl account",
            "clients[].risk.max_pnl_age 30s", "clients[].risk.include_cnc false",
            "clients[].risk.trail_step the floor stays", "clients[].risk.warn_at 80%",
            "clients[].risk.on_breach flatten", "clients[].risk.foreign leave",
            "clients[].risk.cooldown.after_days required", "clients[].risk.cooldown.days required",
            "clients[].telegram.chats[].id required", "clients[].telegram.chats[].least notice",
            "clients[].telegram.chats[].silent none",
            "calendar the one that Sextant carries",
            "telegram.bot_key required", "telegram.address https://api.telegram.org",
        ]
        // Of the limits every one is off; which there are, RiskPageTests say.
        let ofLimits = Configuration.keys.filter { $0.name.hasPrefix("clients[].risk.limits.") }
        let others = Configuration.keys.filter { !$0.name.hasPrefix("clients[].risk.limits.") }
        #expect(others.map { "\($0.name) \($0.fallback)" } == expected)
        #expect(Set(ofLimits.map(\.fallback)) == ["none", "false", "10s"])
    }

    @Test func `every key is declared once and says what it means in one sentence`() {
        #expect(Set(Configuration.keys.map(\.name)).count == Configuration.keys.count)
        for key in Configuration.keys {
            #expect(key.meaning.hasSuffix("."), "\(key.name)")
            #expect(!key.meaning.contains("\n"), "\(key.name)")
            #expect(!key.type.isEmpty, "\(key.name)")
        }
    }

    @Test(arguments: [
        ("500ms", Duration.milliseconds(500)), ("1.0s", .seconds(1)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
        ("0.1s", .milliseconds(100)), ("0.000000001s", .nanoseconds(1)), ("168h", .seconds(604_800)), ("0s", .zero),
    ])
    func `durations are read exactly`(text: String, duration: Duration) {
        #expect(DurationText.parse(text) == duration)
    }

    @Test(arguments: [
        "", "s", "5", "-5s", "+5s", "1,5s", "1.s", ".5s", "1.2.3s", "5 s", "1e3s", "5S", "169h", "0.0000000001s", "٥s",
        "99999999999999999999999999h", "999999999999999h",
    ])
    func `what is no duration is refused`(text: String) {
        #expect(DurationText.parse(text) == nil)
    }

    @Test func `a mistyped key is near to what was meant, another word is not`() {
        let keys = ["host", "port", "admin_key", "max_age"]
        #expect(Spelling.nearest(to: "prot", among: keys) == "port")
        #expect(Spelling.nearest(to: "maxAge", among: keys) == "max_age")
        #expect(Spelling.nearest(to: "admin-key", among: keys) == "admin_key")
        #expect(Spelling.nearest(to: "timeout", among: keys) == nil)
    }
}
