import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import NIOHTTP1
import NIOPosix

/// The running server, as a command finds it: its address in `<sqlite>.run`, its key in the configuration.
struct ServerConnection {
    private let url: String
    private let key: String

    /// A refused connection is an answer: a person who halts must not wait for retries.
    private static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(3)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Nil when no server runs.
    init?(ifRunning configuration: Configuration, client: Configuration.Client?) throws {
        guard let data = FileManager.default.contents(atPath: configuration.store.sqlite + ".run"),
            let run = try? JSONValue.parse(data), let url = run["url"]?.string, let pid = run["pid"]?.integer,
            kill(pid_t(truncatingIfNeeded: pid), 0) == 0 || errno == EPERM
        else { return nil }
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

    /// Throws when no server runs.
    init(_ configuration: Configuration, client: Configuration.Client?) throws {
        guard let server = try ServerConnection(ifRunning: configuration, client: client) else {
            throw CommandFailure("no server runs on \(configuration.store.sqlite): start `sextant serve` first")
        }
        self = server
    }

    /// The server that the run file names does not answer: it may have died without taking the file along.
    struct Unanswered: Error, CustomStringConvertible {
        let description: String
    }

    /// What the server answered instead of doing it.
    struct Refusal: Error, CustomStringConvertible {
        let body: JSONValue?
        let status: UInt

        var description: String { body?["detail"]?.string ?? "the server answered \(status)" }
    }

    /// The body of a good answer; throws `Refusal` for what the server found wrong, `Unanswered` if none came.
    func post(_ path: String, _ body: JSONValue? = nil) async throws -> JSONValue { try await send(.POST, path, body) }

    /// The same for a question.
    func get(_ path: String) async throws -> JSONValue { try await send(.GET, path, nil) }

    /// The connection was refused: not a byte of the request left.
    private static func nobodyListens(_ error: any Error) -> Bool {
        guard let failure = error as? NIOConnectionError else { return (error as? IOError)?.errnoCode == ECONNREFUSED }
        return failure.connectionErrors.allSatisfy { ($0.error as? IOError)?.errnoCode == ECONNREFUSED }
    }

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
            response = try await Self.http.execute(request, timeout: .seconds(30))
        } catch  where Self.nobodyListens(error) {
            throw Unanswered(
                description: "no server runs at \(url), so nothing was done: start `sextant serve`, then ask again"
            )
        } catch {
            throw Unanswered(
                description:
                    "the server at \(url) does not answer (\(error)); whether it was done is not known: see its log, then ask again"
            )
        }
        let bytes = try await response.body.collect(upTo: 1 << 24)
        let answer = try? JSONValue.parse(Array(bytes.readableBytesView))
        guard (200..<300).contains(response.status.code), let answer else {
            throw Refusal(body: answer, status: response.status.code)
        }
        return answer
    }
}
