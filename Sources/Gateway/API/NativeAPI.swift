import Engine
import HTTPTypes
import Hummingbird
import Logging
import Trading

/// `/v1`: every route asks for a key first, and answers every problem as problem+json.
struct NativeAPI: Sendable {
    let engine: Engine
    let credentials: Credentials
    let throttle: WrongSecretThrottle
    let now: @Sendable () -> Timestamp
    let feed: LiveFeed

    func add(to router: Router<GatewayContext>) {
        let orders = OrderRoutes(engine: engine)
        let desks = DeskRoutes(engine: engine, now: now)
        let v1 = router.group("v1")
        v1.get("orders") { try await guarded($0, $1) { try await orders.list($0, $1) } }
        v1.post("orders") { try await guarded($0, $1) { try await orders.place($0, $1) } }
        v1.post("exits") { try await guarded($0, $1) { try await orders.exit($0, $1) } }
        let stream = StreamRoute(engine: engine, feed: feed)
        v1.get("stream") { request, context in
            try await guarded(request, context) { try stream.open($0, context, $1) }
        }
        v1.get("positions") { try await guarded($0, $1) { try await desks.positions($0, $1) } }
        v1.get("recovery") { try await guarded($0, $1) { try await desks.recovery($0, $1) } }
        v1.post("halt") { try await guarded($0, $1) { try await desks.halt($0, $1) } }
        v1.post("resume") { try await guarded($0, $1) { try await desks.resume($0, $1) } }
        let risks = RiskRoutes(engine: engine, now: now)
        v1.get("risk") { try await guarded($0, $1) { try await risks.risk($0, $1) } }
        v1.post("kill") { try await guarded($0, $1) { try await risks.kill($0, $1) } }
        let operators = OperatorRoutes(engine: engine)
        v1.post("operator/reconcile_with_broker") {
            try await guarded($0, $1) { try await operators.reconcile($0, $1) }
        }
        v1.post("operator/adopt") { request, context in
            try await guarded(request, context) { try await operators.changeLedger(.adopt, $0, $1) }
        }
        v1.post("operator/force_close_strategy") { request, context in
            try await guarded(request, context) { try await operators.changeLedger(.forceCloseStrategy, $0, $1) }
        }
        v1.post("operator/force_clear_symbol") { request, context in
            try await guarded(request, context) { try await operators.changeLedger(.forceClearSymbol, $0, $1) }
        }
        v1.post("operator/login") { try await guarded($0, $1) { try await operators.logIn($0, $1) } }
        v1.post("backup") { try await guarded($0, $1) { try await operators.backUp($0, $1) } }
        v1.get("orders/:id") { request, context in
            let id = context.parameters.get("id") ?? ""
            return try await guarded(request, context) { try await orders.show($0, $1, id) }
        }
        v1.post("orders/:id/resolve") { request, context in
            let id = context.parameters.get("id") ?? ""
            return try await guarded(request, context) { try await orders.resolve($0, $1, id) }
        }
        v1.post("orders/:id/cancel") { request, context in
            let id = context.parameters.get("id") ?? ""
            return try await guarded(request, context) { try await orders.cancel($0, $1, id) }
        }
        v1.post("orders/:id/modify") { request, context in
            let id = context.parameters.get("id") ?? ""
            return try await guarded(request, context) { try await orders.modify($0, $1, id) }
        }
        v1.get("strategies/:name") { request, context in
            let name = context.parameters.get("name") ?? ""
            return try await guarded(request, context) { try await desks.strategy($0, $1, name) }
        }
    }

    /// Authenticates, then answers; what `answer` finds wrong becomes its own response.
    private func guarded(
        _ request: Request,
        _ context: GatewayContext,
        _ answer: (Request, Caller) async throws -> Response
    ) async throws -> Response {
        guard let bearer = credentials.bearer(request.headers[.authorization]) else {
            return unauthorized(request, context)
        }
        do {
            return try await answer(request, Caller(bearer, known: engine.clientIDs))
        } catch let problem as APIProblem {
            return problem.response
        } catch let refusal as IntakeRefusal {
            return APIProblem(refusal).response
        } catch is JournalError {
            return APIProblem(.notReady([.storeFailed])).response
        } catch {
            context.logger.error("a request could not be answered", metadata: ["error": "\(error)"])
            return .problem(.serviceUnavailable, "Service Unavailable", "the store could not be read; see the log")
        }
    }

    private func unauthorized(_ request: Request, _ context: GatewayContext) -> Response {
        if request.headers[.authorization] != nil, let wait = throttle.note(context.address, at: now()) {
            var response = Response.problem(
                .tooManyRequests,
                "Too Many Requests",
                "too many wrong keys from this address"
            )
            response.headers[.retryAfter] = String(max(1, wait.microseconds / 1_000_000 + 1))
            return response
        }
        return .problem(.unauthorized, "Unauthorized", "this needs an Authorization: Bearer header with a valid key")
    }
}
