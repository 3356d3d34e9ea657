import HTTPTypes
import Hummingbird
import JSONText
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
public import Trading

/// A server that behaves as Telegram's Bot API does towards one bot: what it takes, what it refuses and how, how often a
/// chat may be written to, and that only one may poll at a time.
public final class BotAPIServer: Sendable {
    /// What it does with the next calls.
    public enum Mood: Sendable {
        case answering
        /// Takes a call and never answers.
        case silent
        /// Does what is asked, and never answers.
        case doingSilently
        /// A proxy's page.
        case failing
    }

    public struct Message: Sendable {
        public let chat: Int64
        /// Without its tags, as it is read.
        public let text: String
        public let isHTML: Bool
        public let isSilent: Bool
        public let at: Timestamp
    }

    private struct State {
        var mood: @Sendable () -> Mood = { .answering }
        var messages: [Message] = []
        var calls = 0
        var refusals: [String] = []
        var updates: [JSONValue] = []
        var nextUpdate = 1
        var poll = 0
        var webhook: (url: String, secret: String?)?
        var isEnding = false
        var moved: [Int64: Int64] = [:]
        var gone: Set<Int64> = []
        var limits: [Int64: Duration] = [:]
        var limited: [Int64: Timestamp] = [:]
    }

    public static let key = "123456:a-bot-key-that-no-log-may-show"

    private let state = Mutex(State())
    private let chats: Set<Int64>
    private let now: @Sendable () -> Timestamp
    private let port = Mutex(0)

    private init(_ chats: Set<Int64>, _ now: @escaping @Sendable () -> Timestamp) {
        self.chats = chats
        self.now = now
    }

    /// Runs `body` beside a server of its own, which knows `chats`.
    public static func run<Value: Sendable>(
        chats: Set<Int64>,
        now: @escaping @Sendable () -> Timestamp,
        _ body: (BotAPIServer) async throws -> Value
    ) async throws -> Value {
        let server = BotAPIServer(chats, now)
        let router = Router()
        router.post("/{bot}/{method}") { request, context in
            let body = try await request.body.collect(upTo: 1 << 20)
            let bot = context.parameters.get("bot") ?? ""
            let method = context.parameters.get("method") ?? ""
            let parameters = (try? JSONValue.parse(body.readableBytesView)) ?? .object([])
            return await server.answer(bot, method, parameters)
        }
        let (bound, binding) = AsyncStream<Int>.makeStream()
        let quiet = Logger(label: "bot-api") { _ in SwiftLogNoOpLogHandler() }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                binding.yield(channel.localAddress?.port ?? 0)
                binding.finish()
            },
            logger: quiet
        )
        let group = ServiceGroup(services: [application], logger: quiet)
        let running = Task { try await group.run() }
        for await port in bound { server.port.withLock { $0 = port } }
        do {
            let value = try await body(server)
            await server.end(group, running)
            return value
        } catch {
            await server.end(group, running)
            throw error
        }
    }

    private func end(_ group: ServiceGroup, _ running: Task<Void, any Error>) async {
        state.withLock { $0.isEnding = true }
        await group.triggerGracefulShutdown()
        _ = await running.result
    }

    public var address: String { "http://127.0.0.1:\(port.withLock { $0 })" }
    public var messages: [Message] { state.withLock { $0.messages } }
    public var calls: Int { state.withLock { $0.calls } }
    /// Why calls were refused, in their order.
    public var refusals: [String] { state.withLock { $0.refusals } }

    /// Asked anew at each call.
    public func feel(_ mood: @escaping @Sendable () -> Mood) { state.withLock { $0.mood = mood } }

    /// A group becomes a supergroup with another number.
    public func move(_ chat: Int64, to other: Int64) { state.withLock { $0.moved[chat] = other } }

    /// A chat's limit is used up, starting with the next message that is sent there.
    public func limit(_ chat: Int64, for duration: Duration) { state.withLock { $0.limits[chat] = duration } }

    /// The bot was blocked, or thrown out.
    public func block(_ chat: Int64, _ isBlocked: Bool = true) {
        state.withLock { state in
            if isBlocked { state.gone.insert(chat) } else { state.gone.remove(chat) }
        }
    }

    // MARK: Calls

    private func answer(_ bot: String, _ method: String, _ parameters: JSONValue) async -> Response {
        let mood = state.withLock { state in
            state.calls += 1
            return state.mood
        }()
        switch mood {
        case .answering: break
        case .failing:
            return Response(status: .badGateway, body: .init(byteBuffer: ByteBuffer(string: "<html>502</html>")))
        case .silent:
            await untilTheEnd()
            return refuse(500, "Internal Server Error")
        case .doingSilently:
            _ = await perform(bot, method, parameters)
            await untilTheEnd()
            return refuse(500, "Internal Server Error")
        }
        return await perform(bot, method, parameters)
    }

    private func perform(_ bot: String, _ method: String, _ parameters: JSONValue) async -> Response {
        guard bot == "bot\(Self.key)" else { return refuse(401, "Unauthorized") }
        switch method {
        case "sendMessage": return send(parameters)
        case "getUpdates": return await poll(parameters)
        case "setWebhook":
            state.withLock { $0.webhook = (parameters["url"]?.string ?? "", parameters["secret_token"]?.string) }
            return done(true)
        case "deleteWebhook":
            state.withLock { $0.webhook = nil }
            return done(true)
        case "getMe": return done(["id": 123456, "is_bot": true, "first_name": "Sextant", "username": "sextant_bot"])
        default: return refuse(404, "Not Found: method not found")
        }
    }

    private func send(_ parameters: JSONValue) -> Response {
        guard let chat = parameters["chat_id"]?.integer.map({ Int64($0) }) else {
            return refuse(400, "Bad Request: chat_id is empty")
        }
        if let moved = state.withLock({ $0.moved[chat] }) {
            return refuse(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                ["migrate_to_chat_id": JSONValue(Int(moved))]
            )
        }
        let isMovedHere = state.withLock { $0.moved.values.contains(chat) }
        guard chats.contains(chat) || isMovedHere else { return refuse(400, "Bad Request: chat not found") }
        guard !state.withLock({ $0.gone.contains(chat) }) else {
            return refuse(403, "Forbidden: bot was blocked by the user")
        }
        let isHTML = parameters["parse_mode"]?.string == "HTML"
        let raw = parameters["text"]?.string ?? ""
        guard let text = isHTML ? MarkedText.read(raw) : raw else {
            return refuse(400, "Bad Request: can't parse entities: Unsupported start tag")
        }
        guard !text.isEmpty else { return refuse(400, "Bad Request: message text is empty") }
        guard text.utf16.count <= 4096 else { return refuse(400, "Bad Request: message is too long") }
        let time = now()
        let wait = state.withLock { state -> Int? in
            if let limit = state.limits.removeValue(forKey: chat) { state.limited[chat] = time + limit }
            if let end = state.limited[chat], time < end { return Int((end - time).components.seconds) }
            if let wait = Self.wait(chat, state.messages, time) { return wait }
            state.messages.append(
                Message(
                    chat: chat,
                    text: text,
                    isHTML: isHTML,
                    isSilent: parameters["disable_notification"]?.bool ?? false,
                    at: time
                )
            )
            return nil
        }
        if let wait {
            return refuse(429, "Too Many Requests: retry after \(wait)", ["retry_after": JSONValue(wait)])
        }
        return done(["message_id": JSONValue(messages.count), "chat": ["id": JSONValue(Int(chat))]])
    }

    /// One message a second to a chat, and 20 a minute to a group.
    private static func wait(_ chat: Int64, _ messages: [Message], _ now: Timestamp) -> Int? {
        let own = messages.lazy.filter { $0.chat == chat && now - $0.at < .seconds(60) }.suffix(20)
        if chat < 0, own.count == 20, let first = own.first {
            return Int((Duration.seconds(60) - (now - first.at)).components.seconds) + 1
        }
        guard let last = own.last, now - last.at < .seconds(1) else { return nil }
        return 1
    }

    private func untilTheEnd() async {
        while !state.withLock({ $0.isEnding }), !Task.isCancelled {
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return }
        }
    }

    // MARK: Updates

    /// Somebody writes to the bot.
    public func write(_ text: String, in chat: Int64, by user: Int64 = 7) {
        state.withLock { state in
            let number = state.nextUpdate
            state.nextUpdate += 1
            let kind = chat < 0 ? "supergroup" : "private"
            state.updates.append([
                "update_id": JSONValue(number),
                "message": [
                    "message_id": JSONValue(number), "date": 1,
                    "chat": ["id": JSONValue(Int(chat)), "type": .string(kind)],
                    "from": ["id": JSONValue(Int(user)), "is_bot": false, "first_name": "A", "username": "trader"],
                    "text": .string(text),
                ],
            ])
        }
    }

    /// Waits for updates as long as it is asked to. A later poll ends an earlier one, and a webhook both.
    private func poll(_ parameters: JSONValue) async -> Response {
        let mine = state.withLock { state in
            state.poll += 1
            return state.poll
        }
        let offset = parameters["offset"]?.integer ?? 0
        let deadline = ContinuousClock.now + .seconds(parameters["timeout"]?.integer ?? 0)
        while true {
            let (found, isConflict, hasWebhook, isEnding) = state.withLock { state in
                // Asking for what comes after an update confirms it.
                state.updates.removeAll { ($0["update_id"]?.integer ?? 0) < offset }
                return (state.updates, state.poll != mine, state.webhook != nil, state.isEnding)
            }
            if hasWebhook {
                return refuse(409, "Conflict: can't use getUpdates method while webhook is active")
            }
            if isConflict { return refuse(409, "Conflict: terminated by other getUpdates request") }
            if !found.isEmpty || ContinuousClock.now >= deadline || isEnding {
                return done(.array(Array(found.prefix(100))))
            }
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return done([]) }
        }
    }

    // MARK: Answers

    private func done(_ result: JSONValue) -> Response { json(200, ["ok": true, "result": result]) }

    private func refuse(_ code: Int, _ text: String, _ parameters: JSONValue? = nil) -> Response {
        state.withLock { $0.refusals.append(text) }
        var members = [
            JSONMember("ok", false), JSONMember("error_code", JSONValue(code)),
            JSONMember("description", .string(text)),
        ]
        if let parameters { members.append(JSONMember("parameters", parameters)) }
        return json(code, .object(members))
    }

    private func json(_ status: Int, _ value: JSONValue) -> Response {
        Response(
            status: .init(code: status),
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: value.utf8))
        )
    }
}
