import Desk
import Logging
public import Trading

/// Logins, and order push.
extension Engine {
    func logIn(_ runtime: ClientRuntime) {
        let client = runtime.id
        beginLogin(runtime)
        spawn { _ = await self.login(client) { await $0.logIn() } }
    }

    /// A person's login: with the code of the broker's page, or once more with what the configuration has.
    ///
    /// Returns until when the session holds, nil where the broker did not say.
    public func logIn(_ client: ClientID, code: String?) async throws(LoginFailure) -> Timestamp? {
        guard journal != nil else { throw .refused("this server is a standby; the one that runs can log in") }
        guard let runtime = clients[client] else { throw .refused("there is no client \(client)") }
        guard runtime.session.standing != .loggingIn, !runtime.isRenewing else {
            throw .unanswered("a login is under way already")
        }
        let answer: LoginAnswer
        if let code, runtime.session.isLive {
            answer = await renew(runtime, code)
        } else if runtime.session.isLive {
            return runtime.client.broker.sessionEnds  // a good session is not thrown away
        } else {
            beginLogin(runtime)
            answer = await login(client) { broker in
                if let code { await broker.logIn(code: code) } else { await broker.logIn() }
            }
        }
        switch answer {
        case .loggedIn: return runtime.client.broker.sessionEnds
        case .refused(let text): throw .refused(text)
        case .unreachable(let text): throw .unanswered(text)
        }
    }

    /// A login beside a live session, which goes on unless the new one takes its place: exits must not wait for it.
    private func renew(_ runtime: ClientRuntime, _ code: String) async -> LoginAnswer {
        runtime.isRenewing = true
        defer { runtime.isRenewing = false }
        let broker = runtime.client.broker
        noteLogin(runtime)
        let answer = await withDeadline(.seconds(20), clock) { await broker.logIn(code: code) }
        if answer == .loggedIn {
            runtime.pushIsConnected = false
            loginEnded(.loggedIn, of: runtime.id)
        }
        return answer ?? .unreachable("no answer to the login within 20s")
    }

    private func beginLogin(_ runtime: ClientRuntime) {
        runtime.session.beginLogin()
        runtime.pushIsConnected = false
        noteLogin(runtime)
    }

    /// Two calls: the stored session is probed before a login.
    private func noteLogin(_ runtime: ClientRuntime) {
        for _ in 0..<2 { runtime.budget.note(.shared, isOrder: false, at: clock.now()) }
    }

    private func login(
        _ client: ClientID,
        _ attempt: @escaping @Sendable (any Broker) async -> LoginAnswer
    ) async -> LoginAnswer {
        guard let broker = clients[client]?.client.broker else { return .unreachable("the client is not run here") }
        let answer = await withDeadline(.seconds(20), clock) { await attempt(broker) }
        let known = answer ?? .unreachable("no answer to the login within 20s")
        loginEnded(known, of: client)
        return known
    }

    private func loginEnded(_ answer: LoginAnswer, of client: ClientID) {
        guard let runtime = clients[client] else { return }
        runtime.session.loginEnded(answer, at: clock.now())
        if runtime.client.desk.tellsPeople { enqueue(Inbox.Item(client, .session(answer.news))) }
        switch answer {
        case .loggedIn:
            logger.notice("logged in at the broker", metadata: ["client": "\(client)"])
            CrashPoint.loggedIn.reach()
        case .refused(let text):
            logger.critical(
                "no session at the broker, and no other try without a person: see the problem, then `sextant login`",
                metadata: ["client": "\(client)", "problem": "\(text)"]
            )
        case .unreachable(let text):
            warn(
                "the broker cannot be reached; trying again",
                key: "\(client) login",
                [
                    "client": "\(client)", "problem": "\(text)",
                ]
            )
        }
        pump(runtime)
    }

    /// Keeps one client's order push alive. Runs beside the engine, so that its messages do not wait for its turn.
    @concurrent nonisolated func listen(to client: EngineClient) async {
        var failures = 0
        while !Task.isCancelled {
            guard let session = await liveSince(client.id) else {
                try? await clock.sleep(for: .milliseconds(20))
                continue
            }
            let began = clock.now()
            let reason = await listen(to: client, during: session)
            guard !Task.isCancelled else { return }
            await pushEnded(reason, of: client.id)
            guard await liveSince(client.id) == session else {
                failures = 0  // a new session subscribes at once
                continue
            }
            failures = clock.now() - began > .seconds(30) ? 1 : failures + 1
            try? await clock.sleep(for: Session.pause(after: failures))
        }
    }

    /// Push belongs to a session: it ends with it, so that the next one subscribes anew before it reads the books.
    @concurrent nonisolated private func listen(to client: EngineClient, during session: Timestamp) async -> String {
        await withTaskGroup(of: String.self) { group in
            group.addTask { await client.broker.listen { event in await self.pushed(event, to: client.id) } }
            group.addTask {
                while await self.liveSince(client.id) == session, !Task.isCancelled {
                    try? await self.clock.sleep(for: .milliseconds(50))
                }
                return "the session is over"
            }
            let first = await group.next() ?? ""
            group.cancelAll()
            return first
        }
    }

    /// When the session began that is live now; nil without one.
    private func liveSince(_ client: ClientID) -> Timestamp? {
        clients[client].flatMap { $0.session.isLive ? $0.session.liveSince : nil }
    }

    private func pushed(_ event: PushEvent, to client: ClientID) {
        guard let runtime = clients[client] else { return }
        runtime.counts.lastPush = clock.now()
        switch event {
        case .connected:
            runtime.pushIsConnected = true
            for kind in BookKind.allCases { runtime.watcher.want(kind) }  // what was missed meanwhile is only there
            pump(runtime)
        case .report(let report):
            if runtime.lanes.ordersInFlight > 0 { CrashPoint.brokerHasIt.reach() }
            enqueue(Inbox.Item(client, .push(report)))
        case .quote(let instrument, let quote): enqueue(Inbox.Item(client, .quote(instrument, quote)))
        case .unreadable(let text):
            warn(
                "an order push could not be read; the books will be",
                key: "\(client) push",
                [
                    "client": "\(client)", "problem": "\(text)",
                ]
            )
            for kind in [BookKind.orders, .trades] { runtime.watcher.want(kind) }
        }
    }

    private func pushEnded(_ reason: String, of client: ClientID) {
        clients[client]?.pushIsConnected = false
        warn(
            "order push ended; polling goes on, reconnecting",
            key: "\(client) push",
            [
                "client": "\(client)", "problem": "\(reason)",
            ]
        )
    }
}

extension LoginAnswer {
    fileprivate var news: SessionNews {
        switch self {
        case .loggedIn: .live
        case .refused(let text): .refused(text)
        case .unreachable(let text): .unreachable(text)
        }
    }
}
