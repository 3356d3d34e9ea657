import JSONText

extension Simulation {
    /// Answers one request, with the fault that is waiting for it. Nil for an endpoint that does not exist.
    func answer(_ request: NorenRequest) async -> Answer? {
        guard let endpoint = Endpoint.all[request.endpoint] else { return nil }
        let body: RequestBody
        do throws(Refusal) {
            body = try RequestBody(request.body)
        } catch {
            return Answer(action: .reply(Reply(refusal: error, exchange.habits, now: now)))
        }
        let token = body.key ?? request.bearer
        let account = token.flatMap { exchange.sessions[$0] } ?? body.fields["uid"]?.string.flatMap(accountNumber)
        if let account {
            exchange.accounts[account].calls[request.endpoint, default: 0] += 1
            exchange.accounts[account].busiest.note(isOrder: endpoint.isOrder, at: now)
        }
        let fault = faults.take(request.endpoint, account.map { exchange.accounts[$0].uid })
        if let fault, fault.kind.keepsCallOut { return Answer(action: stand(in: fault, account)) }
        if fault?.kind == .delayBefore, let delay = fault?.delay { try? await Task.sleep(for: delay) }
        guard mayChange else { return Answer(action: Answer.html502) }
        passTime()
        var call = Call(fields: body.fields, token: token, address: request.address, now: now)
        call.isTokenInBody = body.key != nil
        if fault?.kind == .rmsReject { call.riskRejection = fault?.text }
        if fault?.kind == .fillFirst { fillFirst(body.fields) }
        let reply = exchange.answer(endpoint, call, from: past(fault))
        let ticket = pushEvents(holdingFor: account)
        // What is not in the books has not happened: the answer would tell of it.
        guard isKept else { return Answer(action: Answer.html502) }
        return answer(reply, ticket, spoiledBy: fault)
    }

    /// What a fault of the past answers from.
    private func past(_ fault: Fault?) -> Exchange? {
        guard let fault, fault.kind == .lagging else { return fault?.snapshot }
        return exchange.past(at: now - Int64(fault.delay / .microseconds(1)))
    }

    private func fillFirst(_ fields: JSONValue) {
        guard let index = fields["norenordno"]?.string.flatMap({ exchange.orderIndices[$0] }),
            exchange.orders[index].status == .open
        else { return }
        let order = exchange.orders[index]
        let price = order.limit ?? exchange.books[order.terms.instrument].quote.last
        exchange.fill(index, order.remaining, at: price, now)
    }

    private func accountNumber(_ uid: String) -> Int? { exchange.accountNumbers[uid] }

    /// The answer to a call that the fault kept out.
    private func stand(in fault: Fault, _ account: Int?) -> Answer.Action {
        switch fault.kind {
        case .serverTimeoutLost: return refusal("Server Timeout :  ")
        case .refuse: return refusal(fault.text, status: fault.status)
        case .sessionExpired:
            if let account { exchange.closeSession(of: account) }
            return .reply(Reply(refusal: .sessionExpired, exchange.habits, now: now))
        case .empty: return refusal(Refusal.noData.message)
        case .html502, .lostReply, .hang, .html502Accepted, .serverTimeout, .garbage, .okWithoutNumber, .rmsReject,
            .delay, .delayBefore, .cutOff, .missingRows, .stale, .lagging, .fillFirst:
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
        case .cutOff:
            let bytes = reply.body.utf8
            answer.action = .raw(status: reply.status, type: "application/json", Array(bytes.prefix(bytes.count / 2)))
        case .missingRows: answer.action = .reply(reply.without(fault?.rows ?? 1, exchange.habits, now: now))
        case .html502, .serverTimeoutLost, .refuse, .sessionExpired, .rmsReject, .delayBefore, .empty, .stale, .lagging,
            .fillFirst, nil:
            break
        }
        return answer
    }

    private func refusal(_ text: String, status: Int = 200) -> Answer.Action {
        .reply(Reply(refusal: Refusal(text, .status(status)), exchange.habits, now: now))
    }
}

extension Reply {
    /// A list without its newest rows; anything else as it is.
    fileprivate func without(_ rows: Int, _ habits: BrokerHabits, now: Int64) -> Reply {
        guard let elements = body.elements else { return self }
        let rest = habits.bookOrder == .oldest ? elements.dropLast(rows) : elements.dropFirst(rows)
        guard !rest.isEmpty else { return Reply(refusal: .noData, habits, now: now) }
        return Reply(status: status, body: .array(Array(rest)))
    }
}
