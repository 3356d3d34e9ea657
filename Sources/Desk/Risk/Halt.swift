public import Trading

/// A person's word that nothing may add risk. Only a person lifts it.
public struct Halt: Hashable, Sendable {
    public enum Scope: Hashable, Sendable {
        /// Every client of this server.
        case global
        case client
        case strategy(StrategyName)
        case instrument(Instrument)
        /// Everything that comes from one source.
        case source(Source)
    }

    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Exits pass, and adjustments that take risk out.
        case halt
        /// Entries too, as far as they take out what their strategy holds.
        case reducing
        /// As `halt`; what is open was ended, and what is held is closed until nothing is.
        case kill
    }

    public let scope: Scope
    public let mode: Mode
    public let by: String
    public let reason: String
    public let at: Timestamp

    public init(scope: Scope, mode: Mode = .halt, by: String, reason: String, at: Timestamp) {
        self.scope = scope
        self.mode = mode
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
            case .instrument(let instrument): "instrument \(instrument)"
            case .source(let source): "source \(source.rawValue)"
            }
        let (code, done) =
            switch mode {
            case .halt: ("halted", "halted")
            case .reducing: ("reducing", "set to reducing only")
            case .kill: ("killed", "killed")
            }
        return Reason(.tradingHalted, code: code, "\(what) was \(done) by \(by) at \(at): \(reason)")
    }

    /// What the audit says of it.
    public var entry: AuditEntry {
        AuditEntry(.halt, by: by, "\(mode == .halt ? "" : "\(mode.rawValue) ")\(scope): \(reason)", at: at)
    }
}

extension Halt.Scope {
    public enum Word: String, Hashable, Sendable, CaseIterable {
        case global, client, strategy, instrument, source
    }

    public var word: Word {
        switch self {
        case .global: .global
        case .client: .client
        case .strategy: .strategy
        case .instrument: .instrument
        case .source: .source
        }
    }

    /// Of what, where its word does not say that.
    public var name: String? {
        switch self {
        case .global, .client: nil
        case .strategy(let name): name.text
        case .instrument(let instrument): instrument.description
        case .source(let source): source.rawValue
        }
    }

    /// Nil where the name is none of its kind; an instrument is written as `NFO:SYMBOL`.
    public init?(_ word: Word, name: String?) {
        switch (word, name) {
        case (.global, _): self = .global
        case (.client, _): self = .client
        case (.strategy, let name?) where !name.isEmpty: self = .strategy(StrategyName(name))
        case (.instrument, let name?):
            guard let instrument = Instrument(named: name) else { return nil }
            self = .instrument(instrument)
        case (.source, let name?):
            guard let source = Source(rawValue: name.uppercased()) else { return nil }
            self = .source(source)
        default: return nil
        }
    }
}

extension Instrument {
    /// Reads `NFO:SYMBOL`; nil for anything else, or an exchange that orders are not taken for.
    public init?(named text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, Exchange.tradable.contains(Exchange(String(parts[0]))) else { return nil }
        self.init(Exchange(String(parts[0])), String(parts[1]))
    }
}

extension Halt.Scope: CustomStringConvertible {
    public var description: String { name.map { "\(word.rawValue) \($0)" } ?? word.rawValue }
}
