import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import NIOHTTP1

/// The running server, as a command finds it: its address in `<sqlite>.run`, its key in the configuration.
struct ServerConnection {
    private let url: String
    private let key: String

    /// Throws when no server runs.
    init(_ configuration: Configuration, client: Configuration.Client?) throws {
        let path = configuration.store.sqlite + ".run"
        guard let data = FileManager.default.contents(atPath: path), let run = try? JSONValue.parse(data),
            let url = run["url"]?.string, let pid = run["pid"]?.integer, kill(pid_t(pid), 0) == 0 || errno == EPERM
        else { throw CommandFailure("no server runs on \(configuration.store.sqlite): start `sextant serve` first") }
        self.url = url
        if let client {
            key = client.apiKey.reveal
        } else if let admin = configuration.server.adminKey {
            key = admin.reveal
        } else if let only = configuration.clients.first, configuration.clients.count == 1 {
            key = only.apiKey.reveal
        } else {
            throw CommandFailure("there are several clients and no server.admin_key: say which with --client")
        }
    }

    /// The body of a good answer; throws what the server found wrong.
    func post(_ path: String, _ body: JSONValue? = nil) async throws -> JSONValue { try await send(.POST, path, body) }

    private func send(_ method: HTTPMethod, _ path: String, _ body: JSONValue?) async throws -> JSONValue {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        // A command that is typed again is meant again.
        request.headers.add(name: "Idempotency-Key", value: UUID().uuidString)
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.utf8))
        }
        let response: HTTPClientResponse
        do {
            response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        } catch {
            throw CommandFailure("the server at \(url) does not answer: \(error)")
        }
        let bytes = try await response.body.collect(upTo: 1 << 24)
        let answer = try JSONValue.parse(Array(bytes.readableBytesView))
        guard (200..<300).contains(response.status.code) else {
            throw CommandFailure(answer["detail"]?.string ?? "the server answered \(response.status.code)")
        }
        return answer
    }
}
