import JSONText

/// The control endpoint: how a test makes the broker misbehave, moves its market, and learns the truth.
///
/// `POST /control/<call>` with a JSON object, or GET with a query; one arguments object either way. Everything takes
/// effect before the answer, and pushes that follow from it are on their way. Bad input answers HTTP 400 with
/// `{"error":"…"}`, everything else `{"ok":true}` and what the table says. `exch` + `tsym` name an instrument; money is
/// decimal text, quantities are integers (text or number).
///
/// | call | arguments | effect, answer |
/// |---|---|---|
/// | `ledger` | | `{"accounts":{uid:{"orders":[…oldest first],"positions":[…],"logins","calls":{endpoint:n},"placements","sockets","rate":{…}}}}`. An order: `norenordno remarks exch tsym prd trantype prctyp qty prc status fillshares avgprc received_at ordersource fills:[{flid,flqty,flprc}]`; quantities are numbers, prices text, `avgprc` to 4 decimals or null, `received_at` in microseconds. `placements` counts PlaceOrder requests that arrived, whatever came of them. `sockets` are those that get order messages. `rate`: `refused` calls beyond a limit, and the most that arrived in any sliding window: `busiest_second`, `busiest_minute`, `busiest_second_of_orders` |
/// | `instruments` | `exchange`, `underlying`, both optional | `[{"exch","token","tsym","ls","ti","lp","optt","strprc","exd"}]` |
/// | `fault` | `kind`, `endpoint` (PlaceOrder; `*` is any), `account`, `count` (1; -1 is until cleared), `after` (0), `percent` (100), `delay_ms` (1000), `text`, `http` (200), `rows` (1) | the next calls go wrong, or that part of them by chance, see `Fault.Kind`; `refuse_connection` closes the listening socket and idle connections for `delay_ms`, also to this endpoint |
/// | `faults/clear` | | no fault waits any more |
/// | `price` | `exch`, `tsym`, `price` | the last price, with a book one tick away on both sides; resting orders at or beyond it fill at their own price. A price outside the circuit moves the circuit |
/// | `freeze` | `frozen` | the random walk stops or goes on |
/// | `fill_limit` | `exch`, `tsym`, `quantity` or null | only that much more trades with the market's own side |
/// | `hold` | `exch`, `tsym`, `held` | orders rest, nothing trades or triggers; then all that can trade does, oldest first |
/// | `fill` | `norenordno`, `quantity`, `price` (the order's own; the last price of a market order) | fills an open order by hand, even while held |
/// | `late_fill` | `norenordno`, `quantity`, `price` | fills part of what was cancelled: the order stays cancelled |
/// | `cancel` | `norenordno` | cancelled by the exchange: `Canceled` without a request |
/// | `modify` | `norenordno`, `qty`, `prc` (each as it was) | changed by a person in the broker's app |
/// | `spelling` | a status and another word for it, any number of them | rows and messages print the words, until this is called again |
/// | `place` | `account`, fields of PlaceOrder | an order from the broker's app: no remarks, `ordersource` MOB, market orders in any profile; `{"norenordno"}`, or 400 with the broker's words |
/// | `push` | `mode`: normal, drop, duplicate, reorder, off; `count`, optional | order messages arrive, vanish, come twice (the copy after the next message), come in reverse (those of one happening), or sockets close and stay unusable. After `count` messages the mode is normal again |
/// | `sockets/close` | | all sockets are closed with 1000; clients may come back |
/// | `sockets/drop` | | the same without a close frame |
/// | `session/kill` | `account` | its token dies; its socket stays open and silent |
/// | `profile` | `profile`: 2024, 2026 | as in the settings |
/// | `limits` | `limits`: true, false, on, off | as in the settings |
/// | `hours` | `hours`: always, exchange | as in the settings; answers as `clock` does |
/// | `clock` | `set`: `15:20` (the next time it is), `23-11-2026 15:20:00` or seconds since 1970; `advance_ms`; `standing` | moves the clock, never back, then stops or starts it; what lies on the way happens first. Without arguments it only tells: `{"now","time","phase","hours","standing"}` |
/// | `holding` | `account`, `exch`, `tsym`, `quantity`, `price` (the last price) | shares in the depository; 0 takes them out |
/// | `habit` | any habit's name and value | sets what is not known of live brokers, see `BrokerHabits`; answers all of them |
/// | `code` | `account` | a code for GenAcsTok, good once; `{"code"}` |
/// | `static_ip` | `account`, `address` | the address that the profile 2026 takes orders from |
/// | `login/unblock` | `account` | its wrong logins are forgotten |
enum Control {
    typealias Call = @Sendable (isolated Simulation, JSONValue) async throws(ControlError) -> JSONValue

    static let calls: [String: Call] = [
        "ledger": { (simulation, _) throws(ControlError) in simulation.ledger },
        "instruments": { (simulation, input) throws(ControlError) in simulation.exchange.contracts(input) },
        "fault": { (simulation, input) async throws(ControlError) in try await simulation.addFault(input) },
        "faults/clear": { (simulation, _) throws(ControlError) in
            simulation.faults.clear()
            return done
        },
        "price": { (simulation, input) throws(ControlError) in try simulation.setPrice(input) },
        "freeze": { (simulation, input) throws(ControlError) in
            simulation.exchange.isFrozen = try input.flag("frozen")
            return done
        },
        "fill_limit": { (simulation, input) throws(ControlError) in try simulation.limitFills(input) },
        "hold": { (simulation, input) throws(ControlError) in try simulation.hold(input) },
        "fill": { (simulation, input) throws(ControlError) in try simulation.fill(input) },
        "cancel": { (simulation, input) throws(ControlError) in try simulation.cancel(input) },
        "modify": { (simulation, input) throws(ControlError) in try simulation.modify(input) },
        "spelling": { (simulation, input) throws(ControlError) in try simulation.spell(input) },
        "place": { (simulation, input) throws(ControlError) in try simulation.place(input) },
        "push": { (simulation, input) throws(ControlError) in try simulation.setPushMode(input) },
        "late_fill": { (simulation, input) throws(ControlError) in try simulation.fillLate(input) },
        "sockets/drop": { (simulation, _) throws(ControlError) in
            simulation.closeSockets(isDropped: true)
            return done
        },
        "sockets/close": { (simulation, _) throws(ControlError) in
            simulation.closeSockets()
            return done
        },
        "session/kill": { (simulation, input) throws(ControlError) in
            simulation.exchange.closeSession(of: try simulation.account(input))
            return done
        },
        "clock": { (simulation, input) throws(ControlError) in try simulation.setClock(input) },
        "hours": { (simulation, input) throws(ControlError) in
            guard let hours = SimulatorSettings.Hours(rawValue: try input.word("hours")) else {
                throw ControlError("hours is always or exchange")
            }
            simulation.exchange.keep(hours, at: simulation.now)
            return simulation.time
        },
        "holding": { (simulation, input) throws(ControlError) in try simulation.setHolding(input) },
        "habit": { (simulation, input) throws(ControlError) in try simulation.setHabit(input) },
        "code": { (simulation, input) throws(ControlError) in
            let account = try simulation.account(input)
            return ["code": .string(simulation.exchange.issueCode(for: account, at: simulation.now))]
        },
        "static_ip": { (simulation, input) throws(ControlError) in
            simulation.exchange.accounts[try simulation.account(input)].staticAddress = try input.word("address")
            return done
        },
        "login/unblock": { (simulation, input) throws(ControlError) in
            simulation.exchange.accounts[try simulation.account(input)].wrongLogins = 0
            return done
        },
        "profile": { (simulation, input) throws(ControlError) in
            guard let profile = SimulatorSettings.Profile(rawValue: try input.word("profile")) else {
                throw ControlError("profile is 2024 or 2026")
            }
            simulation.exchange.profile = profile
            return done
        },
        "limits": { (simulation, input) throws(ControlError) in
            simulation.exchange.limitsCalls = try input.flag("limits")
            return done
        },
    ]

    static let done: JSONValue = ["ok": true]
}

/// What was wrong with the input of a control call.
struct ControlError: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
}

extension Simulation {
    /// Runs one control call. No input at all stands for a body that is no JSON.
    func control(_ name: String, _ input: JSONValue?) async -> Reply {
        do throws(ControlError) {
            guard let call = Control.calls[name] else { throw ControlError("there is no control call named \(name)") }
            guard let input, input.members != nil else { throw ControlError("the body is not a JSON object") }
            guard mayChange else { throw ControlError("the books are not open") }
            passTime()
            let answer = try await call(self, input)
            passTime()
            pushEvents()
            guard isKept else { throw ControlError("the books cannot be written") }
            feed()
            return Reply(status: 200, body: answer)
        } catch {
            return Reply(status: 400, body: ["error": .string(error.problem)])
        }
    }
}
