import Testing

/// One thing wrong with the sample: what is replaced by what, and how the one problem begins and goes on.
struct ConfigurationFlaw: CustomTestStringConvertible, Sendable {
    let text: String
    let other: String
    let place: String
    let saying: String
    var testDescription: String { other }

    init(_ text: String, _ other: String, _ place: String, _ saying: String) {
        (self.text, self.other, self.place, self.saying) = (text, other, place, saying)
    }

    static let auth = "clients[0].broker.noren.auth"
    static let all = [
        // Unknown keys.
        ConfigurationFlaw("port: 8080", "prot: 8080", "1: server.prot: ", "did you mean `port`?"),
        ConfigurationFlaw(
            "secret: \"${SEX",
            "xyzzy: 1, secret: \"${SEX",
            "6: clients[0].webhook.xyzzy: ",
            "known here: secret, "
        ),
        ConfigurationFlaw("server: ", "sevrer: ", "1: sevrer: ", "did you mean `server`?"),
        // Missing values.
        ConfigurationFlaw("sqlite: data/sextant.db", "", "2: store.sqlite: ", "is missing"),
        ConfigurationFlaw("store:   { sqlite: data/sextant.db }", "", "1: store.sqlite: ", "is missing"),
        ConfigurationFlaw("mode: live", "mode:", "5: clients[0].mode: ", "has no value"),
        ConfigurationFlaw("id: FA00001", "id: ''", "4: clients[0].id: ", "is empty"),
        ConfigurationFlaw("{ key: \"${SEXTANT_API_KEY}\" }", "{}", "7: clients[0].api.key: ", "is missing"),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{}",
            "13: clients[0].risk.base_max_loss: ",
            "a live client needs"
        ),
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "",
            "9: clients[0].broker.noren.rest: ",
            "`profile: shoonya`"
        ),
        ConfigurationFlaw("vendor_code: FA00001_U,", "", "12: \(auth).quickauth.vendor_code: ", "is missing"),
        // Limits.
        ConfigurationFlaw(
            "base_max_loss: 5000",
            "base_max_loss: 5000, limits: { open_orders: 0 }",
            "13: clients[0].risk.limits.open_orders: ",
            "is not a whole number from 1"
        ),
        ConfigurationFlaw(
            "base_max_loss: 5000",
            "base_max_loss: 5000, limits: { order_quantity: -5 }",
            "13: clients[0].risk.limits.order_quantity: ",
            "is not a whole number from 1"
        ),
        ConfigurationFlaw(
            "base_max_loss: 5000",
            "base_max_loss: 5000, limits: { order_value: 0 }",
            "13: clients[0].risk.limits.order_value: ",
            "is not a positive amount of rupees"
        ),
        ConfigurationFlaw(
            "base_max_loss: 5000",
            "base_max_loss: 5000, limits: { price_collar: 0% }",
            "13: clients[0].risk.limits.price_collar: ",
            "is not a percentage"
        ),
        ConfigurationFlaw(
            "base_max_loss: 5000",
            "base_max_loss: 5000, limits: { open_order: 5 }",
            "13: clients[0].risk.limits.open_order: ",
            "did you mean `open_orders`?"
        ),
        ConfigurationFlaw(
            "base_max_loss: 5000",
            "base_max_loss: 5000, limits: { restricted: [\"NXX:A\"] }",
            "13: clients[0].risk.limits.restricted[0]: ",
            "NSE:ACC-EQ"
        ),
        ConfigurationFlaw(
            "base_max_loss: 5000",
            "base_max_loss: 5000, limits: { strategies: { A: { instrument_position: 5 } } }",
            "13: clients[0].risk.limits.strategies.A.instrument_position: ",
            "is no known key"
        ),
        ConfigurationFlaw(
            "base_max_loss: 5000",
            "base_max_loss: 5000, limits: { instruments: { ACC-EQ: { open_orders: 5 } } }",
            "13: clients[0].risk.limits.instruments.ACC-EQ: ",
            "is not an instrument"
        ),
        ConfigurationFlaw(
            "base_max_loss: 5000",
            "base_max_loss: 5000, limits: { strategies: { external: { open_orders: 5 } } }",
            "13: clients[0].risk.limits.strategies.external: ",
            "is not a strategy's name"
        ),
        // Wrong types.
        ConfigurationFlaw(
            "port: 8080",
            "port: 80.80",
            "1: server.port: ",
            "\"80.80\" is not a whole number from 0 to 65535"
        ),
        ConfigurationFlaw("port: 8080", "port: 65536", "1: server.port: ", "is not a whole number"),
        ConfigurationFlaw("port: 8080", "port: -1", "1: server.port: ", "is not a whole number"),
        ConfigurationFlaw("port: 8080", "port: [8080]", "1: server.port: ", "not a list or a mapping"),
        ConfigurationFlaw("{ host: 127.0.0.1, port: 8080 }", "8080", "1: server: ", "must be a mapping"),
        ConfigurationFlaw("mode: live", "mode: lvie", "5: clients[0].mode: ", "\"lvie\" is not live or paper"),
        ConfigurationFlaw("id: FA00001", "id: FA 1", "4: clients[0].id: ", "is not a client id"),
        ConfigurationFlaw(
            "id: FA00001",
            "id: \(String(repeating: "x", count: 33))",
            "4: clients[0].id: ",
            "is not a client id"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, trail_step: 0 }",
            "13: clients[0].risk.trail_step: ",
            "is not a positive amount"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, trail_step: -100 }",
            "13: clients[0].risk.trail_step: ",
            "is not a positive amount"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, warn_at: 0% }",
            "13: clients[0].risk.warn_at: ",
            "is not a share from 1% to 100%"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, warn_at: 101% }",
            "13: clients[0].risk.warn_at: ",
            "is not a share"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, warn_at: 80 }",
            "13: clients[0].risk.warn_at: ",
            "write one like 80%"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, on_breach: close }",
            "13: clients[0].risk.on_breach: ",
            "is not block or flatten"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, foreign: close }",
            "13: clients[0].risk.foreign: ",
            "is not leave or flatten"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, cooldown: { after_days: 0, days: 2 } }",
            "13: clients[0].risk.cooldown.after_days: ",
            "from 1 to 250"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, cooldown: { after_days: 3, days: 1 } }",
            "13: clients[0].risk.cooldown.days: ",
            "from 2 to 250"
        ),
        ConfigurationFlaw(
            "{ base_max_loss: 5000 }",
            "{ base_max_loss: 5000, cooldown: { after_days: 3 } }",
            "13: clients[0].risk.cooldown.days: ",
            "is missing"
        ),
        ConfigurationFlaw("5000", "-5000", "13: clients[0].risk.base_max_loss: ", "\"-5000\" is not a positive amount"),
        ConfigurationFlaw("5000", "0", "13: clients[0].risk.base_max_loss: ", "is not a positive amount"),
        ConfigurationFlaw("5000", "1e3", "13: clients[0].risk.base_max_loss: ", "is not a positive amount"),
        ConfigurationFlaw(
            "5000",
            "5000, include_cnc: yes",
            "13: clients[0].risk.include_cnc: ",
            "is not true or false"
        ),
        ConfigurationFlaw("5000", "5000, pnl: strategy", "13: clients[0].risk.pnl: ", "is not account"),
        ConfigurationFlaw(
            "5000",
            "5000, max_pnl_age: 30",
            "13: clients[0].risk.max_pnl_age: ",
            "\"30\" is not a duration"
        ),
        ConfigurationFlaw(
            "5000",
            "5000, max_pnl_age: 0s",
            "13: clients[0].risk.max_pnl_age: ",
            "\"0s\" is not a duration above 0s"
        ),
        ConfigurationFlaw(
            "rest: http:",
            "rest: ws:",
            "10: clients[0].broker.noren.rest: ",
            "begins with http:// or https://"
        ),
        ConfigurationFlaw(
            "websocket: ws:",
            "websocket: http:",
            "11: clients[0].broker.noren.websocket: ",
            "with ws:// or wss://"
        ),
        ConfigurationFlaw(":9600/NorenWC", ":96000/", "10: clients[0].broker.noren.rest: ", "is not a URL"),
        ConfigurationFlaw("NorenWSTP/", "?a", "11: clients[0].broker.noren.websocket: ", "is not a URL"),
        ConfigurationFlaw(
            "    websocket: ws://127",
            "    profile: zerodha\n        websocket: ws://127",
            "11: clients[0].broker.noren.profile: ",
            "write shoonya or flattrade"
        ),
        // Lists.
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "rest: http://127.0.0.1:9600/NorenWClientTP/\n        masters: { exchanges: [NSE, XYZ] }",
            "11: clients[0].broker.noren.masters.exchanges[1]: ",
            "\"XYZ\" is not an exchange"
        ),
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "rest: http://127.0.0.1:9600/NorenWClientTP/\n        masters: { exchanges: NSE }",
            "11: clients[0].broker.noren.masters.exchanges: ",
            "must be a list"
        ),
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "rest: http://127.0.0.1:9600/NorenWClientTP/\n        masters: { exchanges: [] }",
            "11: clients[0].broker.noren.masters.exchanges: ",
            "must be a list"
        ),
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "rest: http://127.0.0.1:9600/NorenWClientTP/\n        masters: { exchanges: [[NSE]] }",
            "11: clients[0].broker.noren.masters.exchanges[0]: ",
            "not a list or a mapping"
        ),
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "rest: http://127.0.0.1:9600/NorenWClientTP/\n        masters: { url: ftp://a }",
            "11: clients[0].broker.noren.masters.url: ",
            "begins with http:// or https://"
        ),
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "rest: http://127.0.0.1:9600/NorenWClientTP/\n        masters: { require_master: maybe }",
            "11: clients[0].broker.noren.masters.require_master: ",
            "is not true or false"
        ),
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "rest: http://127.0.0.1:9600/NorenWClientTP/\n        masters: { exchange: [NSE] }",
            "11: clients[0].broker.noren.masters.exchange: ",
            "did you mean `exchanges`?"
        ),
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "rest: http://127.0.0.1:9600/NorenWClientTP/\n        market: { slabs: [2 below 100] }",
            "11: clients[0].broker.noren.market.slabs[0]: ",
            "write it like `2% below 100`"
        ),
        ConfigurationFlaw(
            "rest: http://127.0.0.1:9600/NorenWClientTP/",
            "rest: http://127.0.0.1:9600/NorenWClientTP/\n        market: { option_slabs: [2% below 100, 1% below 50, 3%] }",
            "11: clients[0].broker.noren.market.option_slabs: ",
            "does not cover every price"
        ),
        // Repeated keys.
        ConfigurationFlaw("port: 8080", "port: 8080, port: 1", "1: server.port: ", "is given twice, first on line 1"),
        ConfigurationFlaw(
            "mode: live",
            "mode: live\n    \"id\": x",
            "6: clients[0].id: ",
            "is given twice, first on line 4"
        ),
        // References.
        ConfigurationFlaw(
            "\"${P}\"",
            "\"${NOT_SET}\"",
            "12: \(auth).quickauth.password: ",
            "NOT_SET, which is not set"
        ),
        ConfigurationFlaw(
            "\"${P}\"",
            "\"${file:no/such}\"",
            "12: \(auth).quickauth.password: ",
            "no/such, which cannot be read"
        ),
        ConfigurationFlaw("\"${P}\"", "\"x${P\"", "12: \(auth).quickauth.password: ", "without its `}`"),
        ConfigurationFlaw(
            "\"${P}\"",
            "\"${a-b}\"",
            "12: \(auth).quickauth.password: ",
            "neither ${NAME} nor ${file:PATH}"
        ),
        // One of two.
        ConfigurationFlaw(
            "factor2: \"123456\"",
            "",
            "12: \(auth).quickauth: ",
            "has neither of `totp_secret` and `factor2`"
        ),
        ConfigurationFlaw("factor2:", "totp_secret: JBSWY3DP, factor2:", "12: \(auth).quickauth: ", "has both"),
        ConfigurationFlaw(
            "factor2: \"123456\"",
            "totp_secret: abc1",
            "12: \(auth).quickauth.totp_secret: ",
            "is not a secret in base32"
        ),
        ConfigurationFlaw(
            "{ quickauth: {",
            "{ oauth: { user: a, client_id: b, secret: c, authorize_url: 'https://a', redirect: 'https://a' }, quickauth: {",
            "12: \(auth): ",
            "has both `quickauth` and `oauth`"
        ),
    ]
}
