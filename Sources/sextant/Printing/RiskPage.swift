import Desk

/// `docs/risk.md`: every limit, from the table that the desk goes by.
enum RiskPage {
    /// Without a line break at its end.
    static var text: String { [introduction, table, order, answer, halts].joined(separator: "\n\n") }

    private static var table: String {
        let head = """
            ## Limits

            | code | key below `risk.limits` | scopes | counted in | what it holds back |
            |---|---|---|---|---|
            """
        return ([head] + LimitKind.allCases.map(row)).joined(separator: "\n")
    }

    private static func row(_ kind: LimitKind) -> String {
        let scopes = kind.scopes.map(\.rawValue).joined(separator: ", ")
        let narrower = kind.isReplacedByNarrower && kind.scopes.count > 1 ? " (the narrowest holds)" : ""
        return
            "| `\(kind.rawValue)` | `\(kind.key)` | \(scopes)\(narrower) | \(kind.unit?.rawValue ?? "") | \(kind.meaning) |"
    }

    private static let introduction = """
        # Risk

        Made by `make docs` from the table that the desk goes by; a test fails when the two differ.

        Every limit is off until it is written under `clients[].risk.limits`, or below it under `strategies.NAME` or
        `instruments.NFO:SYMBOL`. An order *at* a limit passes, one above it ends `blocked` with the tag
        `RISK_LIMITS_EXCEEDED`, the limit's code as `reason_code`, and the numbers compared in `limit` and `observed`. What
        waits, is on its way or is unconfirmed counts as if it were done. **An EXIT is never vetoed by any of them**, nor is
        an adjustment that takes risk out, and neither is a `test_mode` order, which counts nowhere.
        """

    private static let order = """
        Of limits marked *the narrowest holds*, the instrument's value stands in for the strategy's, and that for the
        client's. Of the others every scope counts its own orders, and all of them hold.

        Prices: an order is worth its limit, else its trigger, else the last price, from a quote of the last 3 s or from the
        broker's position book. Where none is known a quote is asked for; after 3 s without one the order ends `DATA_STALE`
        (`price_unknown`). A change of a working order that adds risk is judged as the order it would become.

        `repeated_orders` and `orders_out` halt: the first its strategy, the second the client, by `SYSTEM`, durably. Only
        `sextant resume` lets them go on, and the count starts anew.
        """

    private static let answer = """
        ## GET /v1/risk

        `sextant risk` shows the same; `--json` prints it as it is. `{"clients":[…],"as_of"}`, for each client:

        - `limits`: `{"code","scope":"client|strategy|instrument","name","subject","unit","limit","used","left","entries"}`.
          `limit`, `used` and `left` are decimal text in the limit's unit, or null: `used` where each order is judged by
          itself. `subject` says of which instrument, where that is counted. `entries` is what a list holds.
        - `profit_and_loss`, `profit_and_loss_as_of`, `floor`: the day's, or null while it is not known or not limited.
        - `halts`: `{"scope","name","mode","by","reason","at"}`, the widest first.
        """

    private static var halts: String {
        let scopes = Halt.Scope.Word.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        let modes = Halt.Mode.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        return """
            ## Halts

            `POST /v1/halt {"scope","name","mode","reason","by"}` and `sextant halt`: durable before they answer, kept over
            restarts, asked once more before an order's first byte; only `POST /v1/resume` of the same scope lifts one. Scopes:
            \(scopes). An instrument is named `NSE:ACC-EQ`, a source as orders name it (`WEBHOOK`). Modes: \(modes).

            - `halt`: nothing that adds risk. Exits pass, and adjustments that take risk out.
            - `reducing`: besides those, an ENTRY against what its own strategy holds, if it is not more than that: it goes an
              exit's way, capped at the moment of sending by what is held and not being closed already. Nothing grows, nothing
              flips.
            - `kill` (`POST /v1/kill`, `sextant kill`; not for a source): `halt`, and every open order under the scope that adds
              risk is cancelled, and everything that strategies hold under it is closed. What fills late is closed as well, on
              every heartbeat, until a person resumes. `external` is left alone. It answers when nothing is left, or after 5 s
              with what is: the halt's fields and, for each client,
              `{"client","cancelled":[orders],"exits":[orders],"sent","acknowledged","open_orders":[orders],"left":[positions]}`.
            """
    }
}
