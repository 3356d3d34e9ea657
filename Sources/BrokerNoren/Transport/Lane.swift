import AsyncHTTPClient
import EventLoops
import NIOCore
import NIOHTTP1
import NIOSSL
import Trading

/// One request, and how much it may take.
struct Post: Sendable {
    let url: String
    var headers: [(name: String, value: String)] = []
    var contentType = "text/plain"
    let body: [UInt8]
    let limit: Duration
    let answerLimit: Int
}

/// One kind of calls with connections of its own, so that a hung call delays only its kind.
struct Lane: Sendable {
    private let client: HTTPClient
    private let loop: any EventLoop
    private let executor: LoopExecutor

    init(connections: Int, connectTimeout: Duration, tls: TLSConfiguration) {
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = tls
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = TimeAmount(connectTimeout)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.connectionPool.retryConnectionEstablishment = false
        // Shorter than servers keep idle connections: an order should not meet one that is being closed.
        configuration.connectionPool.idleTimeout = .seconds(20)
        loop = HTTPClient.defaultEventLoopGroup.next()
        executor = LoopExecutor(loop)
        client = HTTPClient(eventLoopGroup: loop, configuration: configuration)
    }

    /// Posts once. Ends when the time is over, and soon after its task is cancelled.
    func post(_ post: Post) async -> CallOutcome {
        let body = OnceBody(post.body)
        guard !Task.isCancelled else { return .notSent("cancelled") }
        let outcome = await withTaskCancellationHandler {
            await withTaskExecutorPreference(executor) { await race(post, body) }
        } onCancel: {
            _ = body.takeBack()
        }
        if case .lost(let why) = outcome, body.takeBack() { return .notSent(why) }
        return outcome
    }

    func shutDown() async { try? await client.shutdown() }

    /// The exchange against the clock; the HTTP client's own deadline ends with the answer's head.
    private func race(_ post: Post, _ body: OnceBody) async -> CallOutcome {
        await withTaskGroup(of: CallOutcome?.self) { group in
            group.addTask { await exchange(post, body) }
            group.addTask {
                await loop.sleep(TimeAmount(post.limit))
                if Task.isCancelled { return nil }
                guard !body.takeBack() else { return .notSent("no connection within \(post.limit.inSeconds)") }
                return .lost("no answer within \(post.limit.inSeconds)")
            }
            defer { group.cancelAll() }
            for await case .some(let outcome) in group { return outcome }
            return .lost("no answer")
        }
    }

    private func exchange(_ post: Post, _ body: OnceBody) async -> CallOutcome {
        var request = HTTPClientRequest(url: post.url)
        request.method = .POST
        for (name, value) in post.headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Content-Type", value: post.contentType)
        request.body = .bytes(body, length: .known(Int64(body.count)))
        do {
            // Its own deadline is only there for the day that ours is lost.
            let response = try await client.execute(request, timeout: TimeAmount(post.limit) + .seconds(1))
            let answer = try await response.body.collect(upTo: post.answerLimit)
            try Task.checkCancellation()
            return .answered(status: Int(response.status.code), body: Array(answer.readableBytesView))
        } catch is NIOTooManyBytesError {
            return .oversized("an answer of more than \(post.answerLimit) bytes")
        } catch {
            return .lost(trouble(error))
        }
    }
}
