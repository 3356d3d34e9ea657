public import Trading

/// A person's word that nothing may add risk. Only a person lifts it.
public struct Halt: Hashable, Sendable {
    public enum Scope: Hashable, Sendable {
        /// Every client of this server.
        case global
        case client
        case strategy(StrategyName)
    }

    public let scope: Scope
    public let by: String
    public let reason: String
    public let at: Timestamp

    public init(scope: Scope, by: String, reason: String, at: Timestamp) {
        self.scope = scope
        self.by = by
        self.reason = reason
        self.at = at
    }
}

extension Halt {
    var refusal: Reason {
        let what =
            switch scope {
            case .global: "all trading"
            case .client: "trading of this client"
            case .strategy(let name): "strategy \(name)"
            }
        return Reason(.tradingHalted, code: "halted", "\(what) was halted by \(by) at \(at): \(reason)")
    }
}

extension Halt.Scope: CustomStringConvertible {
    public var description: String {
        switch self {
        case .global: "global"
        case .client: "client"
        case .strategy(let name): "strategy \(name)"
        }
    }
}
