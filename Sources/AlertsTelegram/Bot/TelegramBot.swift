import AsyncHTTPClient
import JSONText
import NIOCore
import NIOHTTP1
import Trading

/// The Bot API over HTTP, one call at a time for each caller. No answer of it is believed further than `BotAnswer` says.
public final class TelegramBot: Sendable {
    private let url: String
    private let key: String
    private let timeout: Duration
    private let client: HTTPClient

    public init(_ settings: TelegramSettings) {
        url = "\(settings.address)/bot\(settings.key)/"
        key = settings.key
        timeout = settings.timeout
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        // Long polls keep theirs; alerts must not wait for one of them.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    public func shutDown() async { try? await client.shutdown() }

    /// Calls once. `patience` is for calls that the server answers late on purpose.
    func call(_ method: String, _ parameters: JSONValue, patience: Duration = .zero) async -> BotAnswer {
        var request = HTTPClientRequest(url: url + method)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: parameters.utf8))
        let limit = TimeAmount.microseconds((timeout + patience).microseconds)
        do {
            let response = try await client.execute(request, deadline: .now() + limit)
            let body = try await response.body.collect(upTo: 1 << 22)
            return BotAnswer(status: Int(response.status.code), body: body.readableBytesView)
        } catch {
            return .unanswered(withoutKey("\(error)"))
        }
    }

    /// The key stands in the URL, and a text of somebody else's may quote the URL.
    private func withoutKey(_ text: String) -> String { text.replacing(key, with: "***") }
}
