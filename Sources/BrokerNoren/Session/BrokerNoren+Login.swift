public import Engine
import Logging
import Synchronization
public import Trading

extension BrokerNoren {
    public var sessionEnds: Timestamp? { state.withLock { $0.token?.ends } }

    /// The stored token of today goes first; then, where the generation allows it, a login without a person.
    public func logIn() async -> LoginAnswer {
        if let answer = await resume() { return answer }
        switch account.login {
        case .quickAuth(let login): return await logIn(login)
        case .oauth:
            return .refused(
                "a person must log in at the broker: `sextant login \(memory?.client.text ?? account.user)`"
            )
        }
    }

    public func logIn(code: String) async -> LoginAnswer {
        guard case .oauth(let login) = account.login else {
            return .refused("this account logs in by auth.quickauth, without a code")
        }
        state.withLock { $0.hasTriedStored = true }
        let outcome: LoginOutcome
        switch login.dialect {
        case .noren:
            let answer = await call(
                .generateToken,
                OAuth.fields(login, user: account.user, code: code),
                nil,
                on: lanes.reads
            )
            noteSkew(answer)
            outcome = LoginOutcome(answer, token: "access_token")
        case .flattrade(let url):
            let post = Post(
                url: url,
                contentType: "application/json",
                body: OAuth.flattradeBody(login, code: code),
                limit: account.orderTimeout,
                answerLimit: Endpoint.generateToken.answerLimit
            )
            outcome = LoginOutcome(await lanes.reads.post(post), token: "token")
        }
        switch outcome {
        case .granted(let grant): return await begin(grant)
        case .refused(let text): return .refused(text)
        case .unreachable(let why): return .unreachable(why)
        }
    }
}

extension BrokerNoren {
    /// Goes on with the session of an earlier process; nil when there is none that lives.
    private func resume() async -> LoginAnswer? {
        guard let memory, state.withLock({ !$0.hasTriedStored }) else { return nil }
        let record: SessionRecord?
        do {
            record = try await memory.vault.session(of: memory.client)
        } catch {
            return .unreachable("the store does not give the session of before: \(error)")
        }
        state.withLock { $0.secondFactor.lastStep = record?.oneTimeStep.map { UInt64(max(0, $0)) } }
        guard let sealed = record?.token else {
            state.withLock { $0.hasTriedStored = true }
            return nil
        }
        guard let token = memory.seal.open(sealed, for: account.user), token.holds(at: now()) else {
            state.withLock { $0.hasTriedStored = true }
            logger.info("the stored session is over, or was sealed with another key; logging in anew")
            return nil
        }
        let outcome = await call(
            .userDetails,
            .asking(about: account.user),
            credential(token),
            on: lanes.reads
        )
        noteSkew(outcome)
        switch SessionProbe(outcome) {
        case .alive:
            state.withLock { state in
                state.hasTriedStored = true
                state.token = token
            }
            return .loggedIn
        case .over:
            state.withLock { $0.hasTriedStored = true }
            return nil
        case .unknown(let why): return .unreachable(why)
        }
    }

    private func logIn(_ login: QuickAuthLogin) async -> LoginAnswer {
        let code: String
        switch state.withLock({ $0.secondFactor.take(login.secondFactor, at: now()) }) {
        case .code(let text): code = text
        case .used: return .unreachable("the one-time code was used already; the next one comes within 30s")
        case .unreadableSecret: return .refused("the secret of the one-time codes is not base32")
        }
        // The step is durable before its code leaves: after a crash it is not given away again.
        if case .totp = login.secondFactor, let trouble = await keep(nil) {
            // A store that is full or locked must not keep exits from the broker, which refuses a used code itself.
            logger.critical(
                "the one-time code's step cannot be kept; logging in all the same",
                metadata: ["problem": "\(trouble)"]
            )
        }
        let fields = QuickAuth.fields(login, user: account.user, code: code)
        let outcome = await call(.quickAuth, fields, nil, on: lanes.reads)
        if case .notSent = outcome { state.withLock { $0.secondFactor.giveBack() } }
        noteSkew(outcome)
        switch LoginOutcome(outcome, token: "susertoken") {
        case .granted(let grant):
            state.withLock { $0.secondFactor.accepted() }
            return await begin(grant)
        case .unreachable(let why): return .unreachable(why)
        case .refused(let text):
            let mayTryAgain = state.withLock { $0.secondFactor.mayTryAgain(login.secondFactor, refusedWith: text) }
            return mayTryAgain ? .unreachable(text) : .refused(text)
        }
    }

    private func begin(_ grant: LoginOutcome.Grant) async -> LoginAnswer {
        if let user = grant.user, user.uppercased() != account.user.uppercased() {
            return .refused("the broker opened a session of \(user), not of \(account.user)")
        }
        let token = SessionToken(grant.token, openedAt: now(), expiresIn: grant.expiresIn)
        state.withLock { $0.token = token }
        if let trouble = await keep(token) {
            logger.warning("the session cannot be kept for a restart", metadata: ["problem": "\(trouble)"])
        }
        return .loggedIn
    }

    /// Nil when it is kept, or nothing is to be remembered; else what went wrong.
    private func keep(_ token: SessionToken?) async -> String? {
        guard let memory else { return nil }
        let step = state.withLock { $0.secondFactor.lastStep }
        do {
            let sealed = try token.map { try memory.seal.seal($0, for: account.user) }
            let record = SessionRecord(
                token: sealed,
                oneTimeStep: step.map { Int64(truncatingIfNeeded: $0) },
                openedAt: token?.openedAt
            )
            try await memory.vault.keep(record, of: memory.client)
            return nil
        } catch {
            return "the store does not take the session: \(error)"
        }
    }

    /// One-time codes and signed alerts depend on the clock: a wrong one is said before it is guessed at.
    private func noteSkew(_ outcome: CallOutcome) {
        guard let theirs = outcome.brokerTime else { return }
        let skew = theirs - now()
        guard skew > .seconds(5) || skew < .seconds(-5) else { return }
        logger.warning(
            "this machine's clock and the broker's differ: one-time codes may be refused; check NTP",
            metadata: ["broker_ahead_by": "\(skew.inSeconds)"]
        )
    }
}

/// Whether a session that was begun earlier lives.
enum SessionProbe: Equatable {
    case alive, over
    case unknown(String)

    init(_ outcome: CallOutcome) {
        switch outcome {
        case .notSent(let why), .lost(let why), .oversized(let why): self = .unknown(why)
        case .answered(let status, let body):
            switch NorenAnswer(status: status, body: body).content {
            case .ok, .list: self = .alive
            case .notOk(let text):
                let refusal = RefusalText(text: text)
                self = refusal.isServerTimeout || refusal.isThrottling ? .unknown(text) : .over
            // A refusal in another form than the wire's own is one all the same.
            case .unusable where status == 401 || status == 403: self = .over
            case .unusable(let what): self = .unknown(what)
            }
        }
    }
}
