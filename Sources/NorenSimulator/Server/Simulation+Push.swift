import JSONText

/// The WebSocket side: connect frames, subscriptions, feeds and order messages.
extension Simulation {
    func connected(_ line: PushLine) -> Int {
        let number = nextSocketNumber()
        sockets[number] = PushSocket(line: line)
        return number
    }

    func disconnected(_ socket: Int) {
        if let account = sockets[socket]?.session?.account { accountSockets[account]?.removeAll { $0 == socket } }
        sockets[socket] = nil
    }

    /// Handles one text message. What is no JSON object, or not known, is ignored; so is everything before a login.
    func received(_ text: [UInt8], on socket: Int) {
        guard let message = try? JSONValue.parse(text), let kind = message["t"]?.string else { return }
        switch kind {
        case "c": logIn(socket, message, token: message["susertoken"]?.string, acknowledgements: ["ck"])
        case "a":
            let acknowledgements = exchange.habits.alsoCK ? ["ak", "ck"] : ["ak"]
            logIn(socket, message, token: message["accesstoken"]?.string, acknowledgements: acknowledgements)
        default:
            guard sockets[socket]?.session != nil else { return }
            request(kind, message, on: socket)
        }
    }

    /// Closes every socket; abruptly, without the close frame, when `isDropped`.
    func closeSockets(isDropped: Bool = false) {
        for socket in sockets.values {
            if isDropped { socket.line.drop() } else { socket.line.close() }
        }
    }

    // MARK: Login

    /// A refused socket stays open in silence: clients that reconnect at once would hammer the server otherwise.
    private func logIn(_ socket: Int, _ message: JSONValue, token: String?, acknowledgements: [String]) {
        let uid = message["uid"]?.string ?? ""
        guard let token, let account = exchange.sessions[token], exchange.accounts[account].uid == uid else {
            return acknowledge(socket, acknowledgements, uid, "NOT_OK")
        }
        var others = (accountSockets[account] ?? []).filter { $0 != socket }
        if !exchange.habits.keepsOlderSockets {
            for older in others {
                sockets[older]?.line.close()
                sockets[older]?.session = nil
            }
            others = []
        }
        if let before = sockets[socket]?.session?.account { accountSockets[before]?.removeAll { $0 == socket } }
        sockets[socket]?.session = (account, token)
        accountSockets[account] = others + [socket]
        acknowledge(socket, acknowledgements, uid, "OK")
        if pushMode == .off { sockets[socket]?.line.close() }
    }

    private func acknowledge(_ socket: Int, _ kinds: [String], _ uid: String, _ state: String) {
        for kind in kinds { sockets[socket]?.send(["t": .string(kind), "uid": .string(uid), "s": .string(state)]) }
    }

    // MARK: Requests

    private func request(_ kind: String, _ message: JSONValue, on socket: Int) {
        let keys = message["k"]?.string ?? ""
        switch kind {
        case "h": sockets[socket]?.send(["t": "hk", "hk": .string(IndianTime(microseconds: now).epochSeconds)])
        case "t": subscribe(socket, keys, .touchline)
        case "d": subscribe(socket, keys, .depth)
        case "u": unsubscribe(socket, keys, .touchline, acknowledgement: "uk")
        case "ud": unsubscribe(socket, keys, .depth, acknowledgement: "udk")
        case "o": sockets[socket]?.send(["t": "ok"])
        case "uo": sockets[socket]?.send(["t": "uok"])
        case "p": sockets[socket]?.send(["t": "pk"])
        case "up": sockets[socket]?.send(["t": "upk"])
        default: break
        }
    }

    private func subscribe(_ socket: Int, _ keys: String, _ depth: PushSocket.Depth) {
        for instrument in exchange.instruments.numbers(keys: keys) {
            let quote = fields(of: instrument)
            let members = depth == .touchline ? quote.touchline : quote.depth
            sockets[socket]?.subscriptions[PushSocket.Subscription(instrument: instrument, depth: depth)] = members
            let head = heading(depth == .touchline ? "tk" : "dk", instrument)
            sockets[socket]?.send(.object(head + quote.identity + members))
        }
    }

    private func unsubscribe(_ socket: Int, _ keys: String, _ depth: PushSocket.Depth, acknowledgement: String) {
        for instrument in exchange.instruments.numbers(keys: keys) {
            sockets[socket]?.subscriptions[PushSocket.Subscription(instrument: instrument, depth: depth)] = nil
        }
        sockets[socket]?.send(["t": .string(acknowledgement), "k": .string(keys)])
    }

    // MARK: Feeds

    /// Sends every live subscription what changed since it was last sent.
    func feed() {
        for (number, socket) in sockets where !socket.subscriptions.isEmpty && isLive(socket) {
            var messages: [[UInt8]] = []
            for (subscription, old) in socket.subscriptions.sorted(by: { $0.key < $1.key }) {
                let quote = fields(of: subscription.instrument)
                let new = subscription.depth == .touchline ? quote.touchline : quote.depth
                let changed = changes(from: old, to: new)
                guard changed.contains(where: { $0.name != "ft" && $0.name != "ltt" }) else { continue }
                sockets[number]?.subscriptions[subscription] = new
                let head = heading(subscription.depth == .touchline ? "tf" : "df", subscription.instrument)
                messages.append(JSONValue.object(head + changed).utf8)
            }
            if !messages.isEmpty { socket.line.send(.texts(messages)) }
        }
    }

    private func changes(from old: [JSONMember], to new: [JSONMember]) -> [JSONMember] {
        guard old.count == new.count else { return new }
        return zip(old, new).filter { $0 != $1 }.map(\.1)
    }

    private func fields(of instrument: Int) -> QuoteFields {
        QuoteFields(
            instrument: exchange.instruments[instrument],
            quote: exchange.books[instrument].quote,
            now: now
        )
    }

    private func heading(_ kind: String, _ instrument: Int) -> [JSONMember] {
        var row = Row()
        row.add("t", kind)
        row.add("e", exchange.instruments[instrument].exchange)
        row.add("tk", exchange.instruments[instrument].token)
        return row.members
    }

    /// A socket whose session died gets nothing more, and is not told.
    func isLive(_ socket: PushSocket) -> Bool {
        guard let session = socket.session else { return false }
        return exchange.sessions[session.token] == session.account
    }

    // MARK: Order messages

    /// Sends the account what nothing holds back. Messages without a listener are lost: there is no replay.
    func deliver(to account: Int) {
        guard let events = queues[account]?.takeReady(), !events.isEmpty else { return }
        let listeners = (accountSockets[account] ?? []).compactMap { sockets[$0] }.filter(isLive)
        guard !listeners.isEmpty else { return }
        var messages: [[UInt8]] = []
        var reversed: [[UInt8]] = []
        for event in events {
            let message = exchange.row(of: exchange.orders[event.order], event.report).push.utf8
            switch takePushMode() {
            case .normal: messages.append(message)
            case .drop, .off: break
            case .duplicate:
                messages.append(message)
                if let copy = owedCopies[account] { messages.append(copy) }
                owedCopies[account] = message
            case .reorder: reversed.append(message)
            }
        }
        messages += reversed.reversed()
        guard !messages.isEmpty else { return }
        for listener in listeners { listener.line.send(.texts(messages)) }
    }

    /// The mode for one order message; one that counts goes back to normal when it has spoilt enough.
    private func takePushMode() -> PushMode {
        guard let left = pushCount else { return pushMode }
        defer {
            pushCount = left > 1 ? left - 1 : nil
            if left <= 1 { pushMode = .normal }
        }
        return pushMode
    }
}
