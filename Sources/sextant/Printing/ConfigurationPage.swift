/// `docs/configuration.md`: every key, from the table that the parser uses.
enum ConfigurationPage {
    /// Without a line break at its end.
    static var text: String {
        ([introduction, "## A full example", "```yaml\n\(example)\n```", "## Keys"] + sections.map(\.text))
            .joined(separator: "\n\n")
    }

    /// The keys under one heading, in the order in which they are read.
    private struct Section {
        let name: String
        var keys: [ConfigurationKey]

        var text: String {
            let head = "| key | type | default | meaning |\n|---|---|---|---|"
            return "### \(name.isEmpty ? "The file itself" : "`\(name)`")\n\n"
                + ([head] + keys.map(row)).joined(separator: "\n")
        }

        private func row(_ key: ConfigurationKey) -> String {
            let short = name.isEmpty ? key.name[...] : key.name.dropFirst(name.count + 1)
            // Words are no values: only what could be written to the same effect is set as code.
            let isValue =
                (!key.fallback.contains(" ") || key.fallback.hasPrefix("["))
                && !["required", "none"].contains(key.fallback)
            let fallback = isValue ? "`\(key.fallback)`" : key.fallback
            return "| `\(short)`\(key.isSecret ? " (secret)" : "") | \(key.type) | \(fallback) | \(key.meaning) |"
        }
    }

    private static var sections: [Section] {
        var sections: [Section] = []
        for key in Configuration.keys {
            let name = key.name.split(separator: ".").dropLast().joined(separator: ".")
            if let index = sections.firstIndex(where: { $0.name == name }) {
                sections[index].keys.append(key)
            } else {
                sections.append(Section(name: name, keys: [key]))
            }
        }
        return sections
    }

    private static let introduction = """
        # Configuration

        Made by `make docs` from the table that the parser uses; a test fails when the two differ. Every command reads one
        YAML file: `--config FILE`, else `$SEXTANT_CONFIG`, else `./sextant.yaml`.

        ## How values are read

        - `${NAME}` anywhere in a value is read from the environment, `${file:PATH}` from a file (without the line breaks at
          its end). What comes in is not expanded again. A name that is not set is an error.
        - Paths are relative to the folder of the configuration file.
        - Durations are a number with a unit: `500ms`, `1.5s`, `2m`, `1h`; at most a week. `0s` turns something off where
          the table allows it.
        - **Secrets** may be written in clear only in a file that not everybody may read: if the file's mode has the bit 004,
          a secret in clear refuses the start. `chmod 640 sextant.yaml`, or write `${NAME}` or `${file:PATH}`. Secrets are
          never printed, logged or stored with orders.
        - An unknown key, a missing value, a wrong type, a key twice: each is an error that names file, line and key, and all
          of them are told at once. Nothing starts with a file that is wrong in any place.
        """

    /// Every key, but for the other half of an exclusive pair.
    static let example = """
        server:
          host: 127.0.0.1
          port: 8080
          admin_key: "${SEXTANT_ADMIN_KEY}"
        store:
          sqlite: data/sextant.db
          emergency: /mnt/other-disk/sextant.emergency
          commit_deadline: 2s
        clients:
          - id: FA00001
            mode: live
            webhook:
              secret: "${SEXTANT_WEBHOOK_SECRET}"
              repeat_window: 20s
              max_age: 60s
            api:
              key: "${SEXTANT_API_KEY}"
            broker:
              noren:
                rest: http://127.0.0.1:8899/NorenWClientTP/    # or: profile: shoonya
                websocket: ws://127.0.0.1:8899/NorenWSTP/
                auth:
                  quickauth:
                    user: FA00001
                    vendor_code: FA00001_U
                    password: "${BROKER_PASSWORD}"
                    api_secret: "${BROKER_API_SECRET}"
                    totp_secret: "${file:totp.key}"             # or: factor2
                credential: jkey                                # or: bearer; the profile knows
                limits:
                  orders_per_second: 10
                  calls_per_second: 10
                  calls_per_minute: 120
                  place_timeout: 10s
                  entry_wait: 10s
                masters:
                  url: http://127.0.0.1:8899/
                  exchanges: [NSE, NFO, BSE, BFO, MCX, CDS]
                  require_master: false
                market:
                  protect: false                                # true with a profile
                  slabs: [2% below 100, 1% below 500, 0.5%]
                  option_slabs: [5% below 10, 3% below 100, 2% below 500, 1%]
            watch:
              poll_interval: 1.0s
              positions_interval: 5s
              idle_interval: 15s
              absence_after: 15s
              unconfirmed_alert: 30s
            guard:
              cross_strategy: same_direction
              legs: together
              wait_for_flat: 5s
              cooldown_after_exit: 0s
            risk:
              base_max_loss: 5000
              pnl: account
              max_pnl_age: 30s
              include_cnc: false
              trail_step: 1000
              warn_at: 80%
              on_breach: flatten
              foreign: leave
              cooldown:
                after_days: 3
                days: 2
              limits:                                           # each is off until it is written; see risk.md
                order_quantity: 1800
                order_value: 500000
                price_collar: 5%
                open_orders: 20
                orders_per_second: 5
                orders_per_minute: 60
                orders_per_day: 1000
                repeated_orders: 5
                repeated_within: 10s
                instrument_position: 3600
                strategy_position: 1800
                gross_exposure: 5000000
                free_margin: 100000
                orders_out: true
                trading_hours: true
                expiry_day: true
                self_crossing: true
                restricted: [MCX, CDS]
                allowed: [NSE, NFO, "BFO:SENSEX26DECFUT"]
                strategies:
                  BNF_MONTHLY_STRANGLE:
                    open_orders: 4
                instruments:
                  "NSE:ACC-EQ":
                    order_quantity: 500
            telegram:
              chats:
                - id: -1001234567890
                  least: notice
                  silent: [BLOCKED]
        calendar: calendar.txt                                  # a copy of docs/calendar.txt
        telegram:
          bot_key: "${TELEGRAM_BOT_KEY}"
          address: https://api.telegram.org
        """
}
