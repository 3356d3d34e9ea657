import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import NIOHTTP1
import Synchronization

/// A reader of `/v1/stream`, as a browser's `EventSource` is one.
final class StreamReader: Sendable {
    struct Event: Sendable {
        let kind: String
        let id: String
        let data: JSONValue
    }

    private struct State {
        var events: [Event] = []
        var status = 0
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let reading = Mutex<Task<Void, Never>?>(nil)

    var events: [Event] { state.withLock { $0.events } }
    var status: Int { state.withLock { $0.status } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// The states that an order was told to be in.
    func states(of id: String) -> [String] {
        events.filter { $0.kind == "order" && $0.data["command_id"]?.string == id }.compactMap {
            $0.data["state"]?.string
        }
    }

    init(_ server: RunningServer, key: String = Sandbox.key, after id: String? = nil) {
        var request = HTTPClientRequest(url: server.url + "/v1/stream")
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        if let id { request.headers.add(name: "Last-Event-ID", value: id) }
        let asked = request
        reading.withLock { $0 = Task { await self.read(asked) } }
    }

    func close() { reading.withLock { $0 }?.cancel() }

    private func read(_ request: HTTPClientRequest) async {
        var text = ""
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(300))
            state.withLock { $0.status = Int(response.status.code) }
            for try await bytes in response.body {
                text += String(buffer: bytes)
                while let end = text.firstRange(of: "\n\n") {
                    if let event = Self.event(text[..<end.lowerBound]) { state.withLock { $0.events.append(event) } }
                    text.removeSubrange(..<end.upperBound)
                }
            }
        } catch {}  // the connection has ended, which is all there is to know
        state.withLock { $0.hasEnded = true }
    }

    private static func event(_ block: Substring) -> Event? {
        var fields: [String: String] = [:]
        for line in block.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
        }
        guard let kind = fields["event"], let id = fields["id"], let data = fields["data"] else { return nil }
        return Event(kind: kind, id: id, data: (try? JSONValue.parse(data)) ?? .null)
    }
}
