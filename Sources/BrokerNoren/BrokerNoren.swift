public import Desk
public import Engine
import JSONText
public import Logging
import NIOSSL
import Synchronization
public import Trading

/// One account at a broker that speaks NorenOMS: calls over HTTP, push over a WebSocket.
///
/// Nothing is ever sent twice, and nothing is guessed: what cannot be read is unknown. `shutDown` must be called
/// before the last reference goes.
public final class BrokerNoren: Broker, Sendable {
    struct State {
        var token: SessionToken?
        var secondFactor = SecondFactorUse()
        /// The token of an earlier process is tried once.
        var hasTriedStored = false
        var push: [ObjectIdentifier: PushSocket] = [:]
        var isShutDown = false
    }

    struct Lanes {
        let cancel, exit, entry, reads: Lane

        init(_ account: NorenAccount, _ tls: TLSConfiguration) {
            cancel = Lane(connections: 2, connectTimeout: account.connectTimeout, tls: tls)
            exit = Lane(connections: 4, connectTimeout: account.connectTimeout, tls: tls)
            entry = Lane(connections: 4, connectTimeout: account.connectTimeout, tls: tls)
            reads = Lane(connections: 2, connectTimeout: account.connectTimeout, tls: tls)
        }

        var all: [Lane] { [cancel, exit, entry, reads] }
    }

    let account: NorenAccount
    let memory: SessionMemory?
    let now: @Sendable () -> Timestamp
    let logger: Logger
    let lanes: Lanes
    private let tls: TLSConfiguration
    let state = Mutex(State())
    let quotes = QuoteWatch()

    /// `memory`: where sessions are remembered over a restart; nil remembers nothing.
    public convenience init(
        account: NorenAccount,
        memory: SessionMemory? = nil,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.init(account: account, memory: memory, tls: .makeClientConfiguration(), now: now, logger: logger)
    }

    /// `tls`: whom to trust; tests bring their own certificates.
    init(
        account: NorenAccount,
        memory: SessionMemory? = nil,
        tls: TLSConfiguration,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.account = account
        self.memory = memory
        self.tls = tls
        self.now = now
        self.logger = logger
        lanes = Lanes(account, tls)
    }

    public func shutDown() async {
        let push = state.withLock { state in
            state.isShutDown = true
            return state.push.values.map { $0 }
        }
        for socket in push { socket.close() }
        for lane in lanes.all { await lane.shutDown() }
    }
}

extension BrokerNoren {
    public func place(_ placement: Placement) async -> PlaceAnswer {
        guard let credential else { return .notSent("no session") }
        let reduces = placement.command.reduces || placement.command.executionType == .exit
        let fields = JSONValue.placing(placement, user: account.user)
        return PlaceAnswer(await call(.placeOrder, fields, credential, on: reduces ? lanes.exit : lanes.entry))
    }

    public func cancel(_ number: BrokerOrderID) async -> CancelAnswer {
        guard let credential else { return .notSent("no session") }
        let fields = JSONValue.cancelling(number, user: account.user)
        return CancelAnswer(await call(.cancelOrder, fields, credential, on: lanes.cancel))
    }

    public func modify(_ change: Modification) async -> CancelAnswer {
        guard let credential else { return .notSent("no session") }
        let fields = JSONValue.modifying(change, user: account.user)
        return CancelAnswer(await call(.modifyOrder, fields, credential, on: change.reduces ? lanes.exit : lanes.entry))
    }

    public func orderBook() async -> BookRead<OrderReport> {
        await read(.orderBook) { row throws(RowFlaw) in try OrderReport(row, isMessage: false, now: now()) }
    }

    public func tradeBook() async -> BookRead<TradeReport> {
        await read(.tradeBook) { row throws(RowFlaw) in try TradeReport(row, now: now()) }
    }

    public func positionBook() async -> BookRead<PositionReport> {
        await read(.positionBook) { row throws(RowFlaw) in try PositionReport(row) }
    }

    public func shares() async -> BookRead<ShareReport> {
        await read(.holdings) { row throws(RowFlaw) in try ShareReport(row) }
    }

    public func listen(_ receive: @escaping @Sendable (PushEvent) async -> Void) async -> String {
        guard let credential else { return "no session" }
        guard let address = PushAddress(account.websocket) else { return "the WebSocket address cannot be read" }
        let start = ContinuousClock.now
        do {
            let socket = try PushSocket(address, tls: tls)
            guard hold(socket) else { return "shut down" }
            defer { release(socket) }
            let channel = try await socket.open(connectTimeout: account.connectTimeout, within: account.push.login)
            let connection = PushConnection(
                channel: channel,
                user: account.user,
                connectFrame: credential.connectFrame(user: account.user),
                timing: account.push,
                quotes: quotes,
                start: start,
                now: now,
                receive: receive
            )
            return await connection.run()
        } catch {
            return trouble(error)
        }
    }
}

extension BrokerNoren {
    var credential: Credential? { state.withLock { $0.token }.map(credential) }

    func credential(_ token: SessionToken) -> Credential {
        let isFromOAuth = if case .oauth = account.login { true } else { false }
        return Credential(token: token.text, placement: account.placement, isFromOAuth: isFromOAuth)
    }

    /// False once shut down: the socket must not be opened.
    private func hold(_ socket: PushSocket) -> Bool {
        state.withLock { state in
            guard !state.isShutDown else { return false }
            state.push[ObjectIdentifier(socket)] = socket
            return true
        }
    }

    private func release(_ socket: PushSocket) {
        socket.close()
        state.withLock { $0.push[ObjectIdentifier(socket)] = nil }
    }

    private func read<Row: Sendable>(
        _ endpoint: Endpoint,
        row: (NorenRow) throws(RowFlaw) -> Row
    ) async -> BookRead<Row> {
        guard let credential else { return .unknown(ReadFailure(.sessionExpired, "no session")) }
        let fields = JSONValue.reading(endpoint, user: account.user)
        return BookRead(await call(endpoint, fields, credential, on: lanes.reads), row: row)
    }

    func call(
        _ endpoint: Endpoint,
        _ fields: JSONValue,
        _ credential: Credential?,
        on lane: Lane
    ) async -> CallOutcome {
        let post = Post(
            url: account.rest + endpoint.rawValue,
            headers: credential?.headers ?? [],
            body: RequestBody.bytes(fields, credential),
            limit: endpoint.isBook ? account.bookTimeout : account.orderTimeout,
            answerLimit: endpoint.answerLimit
        )
        let outcome = await lane.post(post)
        logger.debug("A call ended", metadata: ["endpoint": "\(endpoint.rawValue)", "outcome": "\(outcome.summary)"])
        return outcome
    }
}
