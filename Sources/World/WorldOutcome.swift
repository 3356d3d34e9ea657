/// What became of one seed.
public struct WorldOutcome: Sendable {
    public let seed: UInt64
    /// Of all that happened: the same for the same seed.
    public let hash: UInt64
    /// Empty when all that must hold held.
    public internal(set) var violations: [String]
    /// Virtual time.
    public let seconds: Int
    /// How long it took at most until all was at rest, once everything worked.
    public let slowestRest: Int
    public let steps: Int
    /// Orders that the broker took, and commands that were registered.
    public let orders: Int
    public let commands: Int
    public let lives: Int
    public let crashes: Int
    let coverage: Coverage
    /// What happened, where that was asked for.
    public let lines: [String]
}

/// Worlds by their seeds.
public enum Worlds {
    /// Runs one world, from its beginning to its end, on this thread.
    public static func run(seed: UInt64, keepsLines: Bool = false) -> WorldOutcome {
        World(seed: seed, keepsLines: keepsLines).run()
    }
}
