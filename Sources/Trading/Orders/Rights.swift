extension Source {
    /// What commands of this source may want. Fixed: no setting widens it.
    ///
    /// SYSTEM is risk, recovery and rules: they take risk out, and never put any on.
    public func mayWant(_ type: ExecutionType) -> Bool {
        switch self {
        case .webhook, .dashboard, .api, .cli, .telegram, .strategy: true
        case .system: type == .exit
        }
    }
}

extension OrderCommand {
    /// Why this command may never be sent to a broker, whatever asks for it; nil when it may.
    public var trespass: String? {
        if test != nil { return "a test order is never sent to a broker" }
        if strategy == .external { return "external is what is traded elsewhere; nothing is sent in its name" }
        if !source.mayWant(executionType) {
            let wanted = ExecutionType.allCases.filter(source.mayWant).map(\.rawValue).sorted()
            return "\(source.rawValue) may only \(wanted.joined(separator: " or "))"
        }
        return nil
    }

    /// Why `source` may not change this order while the broker has it; nil when it may.
    public func trespass(ofChangeBy source: Source) -> String? {
        if let trespass { return trespass }
        if source.mayWant(executionType) { return nil }
        return "\(source.rawValue) may not change an \(executionType.rawValue) order"
    }
}
