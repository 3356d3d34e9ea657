import Foundation
import JSONText
import NIOCore
import NIOPosix

/// A request as bytes on the wire, which need not be HTTP.
struct RawRequest: Sendable {
    var method = "GET"
    var path: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Sent instead of all the rest.
    var verbatim: [UInt8]?

    init(_ method: String, _ path: String, key: String? = Sandbox.key, _ body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.body = body
        headers = [("Host", "127.0.0.1"), ("Connection", "close")]
        if let key { headers.append(("Authorization", "Bearer \(key)")) }
        if !body.isEmpty || method == "POST" { headers.append(("Content-Length", "\(body.count)")) }
    }

    init(_ method: String, _ path: String, key: String? = Sandbox.key, json: JSONValue) {
        self.init(method, path, key: key, json.utf8)
    }

    init(verbatim: String) {
        self.init("", "")
        self.verbatim = Array(verbatim.utf8)
    }

    func with(_ name: String, _ value: String?) -> RawRequest {
        var changed = self
        changed.headers.removeAll { $0.name == name }
        if let value { changed.headers.append((name, value)) }
        return changed
    }

    var bytes: [UInt8] {
        if let verbatim { return verbatim }
        let head = ["\(method) \(path) HTTP/1.1"] + headers.map { "\($0.name): \($0.value)" } + ["", ""]
        return Array(head.joined(separator: "\r\n").utf8) + body
    }

    struct Answer: Sendable {
        let status: Int
        let type: String
        let text: String

        var json: JSONValue { (try? JSONValue.parse(text)) ?? .null }

        /// Nil if `bytes` are no answer, or one whose length is not what it says.
        init?(_ bytes: [UInt8], toHead: Bool) {
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            let words = lines[0].split(separator: " ")
            guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
            func field(_ name: String) -> String? {
                lines.first { $0.lowercased().hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
            }
            let body = bytes[end.upperBound...]
            // What is no HTTP is answered with a body and closed: that it was meant as a HEAD cannot be known.
            let isClosed = field("connection") == "close"
            let isWhole = field("content-length") == "\(body.count)"
            guard toHead && body.isEmpty || (!toHead || isClosed) && isWhole else { return nil }
            self.status = status
            type = field("content-type") ?? ""
            text = String(decoding: body, as: UTF8.self)
        }
    }

    /// Sends it on a connection of its own; the server closes that when it has answered.
    func send(to server: RunningServer) async throws -> Answer {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .connect(host: "127.0.0.1", port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let bytes = bytes
        let received = try await channel.executeThenClose { inbound, outbound in
            var received: [UInt8] = []
            do {
                try await outbound.write(ByteBuffer(bytes: bytes))
                for try await part in inbound { received += part.readableBytesView }
            } catch {
                // The server closes early when it has said why: what has come until then counts.
            }
            return received
        }
        guard let answer = Answer(received, toHead: method == "HEAD") else {
            let text = String(decoding: received.prefix(300), as: UTF8.self)
            throw SandboxFailure("no answer to \(String(decoding: bytes.prefix(200), as: UTF8.self)): \(text)")
        }
        return answer
    }
}
