import JSONText

extension Simulation {
    func addFault(_ input: JSONValue) async throws(ControlError) -> JSONValue {
        let name = try input.word("kind")
        let delay = Duration.milliseconds(try input.count("delay_ms", in: 0...600_000, default: 1000))
        if name == "refuse_connection" {
            await doors.refuse(for: delay)
            return Control.done
        }
        guard let kind = Fault.Kind(rawValue: name) else {
            let known = Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ControlError("kind is refuse_connection, \(known)")
        }
        let endpoint = input["endpoint"]?.string ?? "PlaceOrder"
        guard endpoint == "*" || Endpoint.all[endpoint] != nil else {
            throw ControlError("there is no endpoint \(endpoint)")
        }
        let needsText = kind == .refuse || kind == .rmsReject
        let text = try needsText ? input.word("text") : ""
        let account: String?
        switch input["account"] {
        case nil, .null: account = nil
        default: account = exchange.accounts[try self.account(input)].uid
        }
        let count = try input.count("count", in: -1...1_000_000, default: 1)
        guard count != 0 else { throw ControlError("count is not 0") }
        guard !kind.readsPast || endpoint == "*" || Endpoint.all[endpoint]?.isReading ?? false else {
            throw ControlError("\(name) is for endpoints that only read")
        }
        faults.add(
            Fault(
                kind: kind,
                endpoint: endpoint,
                account: account,
                count: count,
                after: try input.count("after", in: 0...1_000_000, default: 0),
                delay: delay,
                text: text,
                status: try input.count("http", in: 200...599, default: 200),
                rows: try input.count("rows", in: 1...1_000_000, default: 1),
                percent: try input.count("percent", in: 1...100, default: 100),
                snapshot: kind == .stale ? exchange : nil
            )
        )
        return Control.done
    }

    func setPushMode(_ input: JSONValue) throws(ControlError) -> JSONValue {
        guard let mode = PushMode(rawValue: try input.word("mode")) else {
            throw ControlError("mode is normal, drop, duplicate, reorder or off")
        }
        let count = try input.count("count", in: 1...1_000_000, default: 0)
        // What happened while messages were dropped is lost, also where its turn had not come yet.
        if pushMode == .drop { for account in queues.keys { queues[account]?.loseEvents() } }
        pushMode = mode
        pushCount = count == 0 ? nil : count
        owedCopies = [:]
        if mode == .off { closeSockets() }
        return Control.done
    }
}
