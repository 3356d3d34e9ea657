import JSONText

extension Simulation {
    /// Answers one request, with the fault that is waiting for it. Nil for an endpoint that does not exist.
    func answer(_ request: NorenRequest) async -> Answer? {
        guard let endpoint = Endpoint.all[request.endpoint] else { return nil }
        let body: RequestBody
        do throws(Refusal) {
            body = try RequestBody(request.body)
        } catch {
            return Answer(action: .reply(Reply(refusal: error, now: now)))
        }
        let token = body.key ?? request.bearer
        let account = token.flatMap { exchange.sessions[$0] } ?? body.fields["uid"]?.string.flatMap(accountNumber)
        if let account { exchange.accounts[account].calls[request.endpoint, default: 0] += 1 }
        let fault = faults.take(request.endpoint, account.map { exchange.accounts[$0].uid })
        if let fault, fault.kind.keepsCallOut { return Answer(action: stand(in: fault, account)) }
        if fault?.kind == .delayBefore, let delay = fault?.delay { try? await Task.sleep(for: delay) }
        var call = Call(fields: body.fields, token: token, now: now)
        if fault?.kind == .rmsReject { call.riskRejection = fault?.text }
        guard mayChange else { return Answer(action: Answer.html502) }
        turnDay()
        let reply = exchange.answer(endpoint, call)
        let ticket = pushEvents(holdingFor: account)
        // What is not in the books has not happened: the answer would tell of it.
        guard isKept else { return Answer(action: Answer.html502) }
        return answer(reply, ticket, spoiledBy: fault)
    }

    private func accountNumber(_ uid: String) -> Int? { exchange.accountNumbers[uid] }

    /// The answer to a call that the fault kept out.
    private func stand(in fault: Fault, _ account: Int?) -> Answer.Action {
        switch fault.kind {
        case .serverTimeoutLost: return refusal("Server Timeout :  ")
        case .refuse: return refusal(fault.text, status: fault.status)
        case .sessionExpired:
            if let account { exchange.closeSession(of: account) }
            return refusal(Refusal.sessionExpired.message)
        case .html502, .lostReply, .hang, .html502Accepted, .serverTimeout, .garbage, .okWithoutNumber, .rmsReject,
            .delay, .delayBefore:
            return Answer.html502
        }
    }

    private func answer(_ reply: Reply, _ ticket: PushTicket?, spoiledBy fault: Fault?) -> Answer {
        var answer = Answer(action: .reply(reply), ticket: ticket)
        switch fault?.kind {
        case .lostReply: answer.action = .close
        case .hang: answer.action = .hang
        case .html502Accepted: answer.action = Answer.html502
        case .serverTimeout: answer.action = refusal("Server Timeout :  ")
        case .garbage: answer.action = Answer.garbage
        case .okWithoutNumber: answer.action = .reply(Reply(status: 200, body: ["stat": "Ok"]))
        case .delay:
            answer.delay = fault?.delay ?? .zero
            if let ticket { release(ticket) }
            answer.ticket = nil
        case .html502, .serverTimeoutLost, .refuse, .sessionExpired, .rmsReject, .delayBefore, nil: break
        }
        return answer
    }

    private func refusal(_ text: String, status: Int = 200) -> Answer.Action {
        .reply(Reply(refusal: Refusal(text, status: status), now: now))
    }
}
