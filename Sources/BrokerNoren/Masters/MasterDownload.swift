import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Trading

/// Has files from a broker's public addresses. No session, no secret: masters are for everyone.
struct MasterDownload: Sendable {
    private static let limit: Duration = .seconds(120)

    private let client: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    func shutDown() async { try? await client.shutdown() }

    /// The whole file, or a flaw that names it.
    func get(_ url: String, file: String) async throws(MasterFlaw) -> [UInt8] {
        let result = await withTaskGroup(of: Result<[UInt8], MasterFlaw>?.self) { group in
            group.addTask { await fetch(url) }
            group.addTask {
                do { try await Task.sleep(for: Self.limit) } catch { return nil }
                return .failure(MasterFlaw(.unavailable, "did not come within \(Self.limit.inSeconds)"))
            }
            defer { group.cancelAll() }
            for await case .some(let result) in group { return result }
            return .failure(MasterFlaw(.unavailable, "cancelled"))
        }
        do throws(MasterFlaw) { return try result.get() } catch { throw error.of(file) }
    }

    private func fetch(_ url: String) async -> Result<[UInt8], MasterFlaw> {
        do {
            let response = try await client.execute(HTTPClientRequest(url: url), timeout: TimeAmount(Self.limit))
            guard response.status.code == 200 else {
                return .failure(MasterFlaw(.unavailable, "HTTP \(response.status.code) from \(url)"))
            }
            let body = try await response.body.collect(upTo: MasterFile.mostPackedBytes)
            return .success(Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            return .failure(MasterFlaw(.tooLarge, "has more than \(MasterFile.mostPackedBytes) bytes"))
        } catch {
            return .failure(MasterFlaw(.unavailable, "\(trouble(error)) (\(url))"))
        }
    }
}
