import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Trading

/// One kind of calls with connections of its own, so that a hung call delays only its kind.
struct Lane: Sendable {
    private let client: HTTPClient

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
        client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    /// Posts `bytes` once. Ends when `limit` is over, and soon after its task is cancelled.
    func post(_ url: String, _ bytes: [UInt8], within limit: Duration, atMost answerLimit: Int) async -> CallOutcome {
        let body = OnceBody(bytes)
        guard !Task.isCancelled else { return .notSent("cancelled") }
        let outcome = await withTaskCancellationHandler {
            await race(url, body, within: limit, atMost: answerLimit)
        } onCancel: {
            _ = body.takeBack()
        }
        if case .lost(let why) = outcome, body.takeBack() { return .notSent(why) }
        return outcome
    }

    func shutDown() async { try? await client.shutdown() }

    /// The exchange against the clock; the HTTP client's own deadline ends with the answer's head.
    private func race(
        _ url: String,
        _ body: OnceBody,
        within limit: Duration,
        atMost answerLimit: Int
    ) async -> CallOutcome {
        await withTaskGroup(of: CallOutcome?.self) { group in
            group.addTask { await exchange(url, body, within: limit, atMost: answerLimit) }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return nil }
                guard !body.takeBack() else { return .notSent("no connection within \(limit.inSeconds)") }
                return .lost("no answer within \(limit.inSeconds)")
            }
            defer { group.cancelAll() }
            for await case .some(let outcome) in group { return outcome }
            return .lost("no answer")
        }
    }

    private func exchange(
        _ url: String,
        _ body: OnceBody,
        within limit: Duration,
        atMost answerLimit: Int
    ) async -> CallOutcome {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "text/plain")
        request.body = .stream(body, length: .known(Int64(body.length)))
        do {
            // Its own deadline is only there for the day that ours is lost.
            let response = try await client.execute(request, timeout: TimeAmount(limit) + .seconds(1))
            let answer = try await response.body.collect(upTo: answerLimit)
            try Task.checkCancellation()
            return .answered(status: Int(response.status.code), body: Array(answer.readableBytesView))
        } catch is NIOTooManyBytesError {
            return .oversized("an answer of more than \(answerLimit) bytes")
        } catch {
            return .lost(trouble(error))
        }
    }
}
