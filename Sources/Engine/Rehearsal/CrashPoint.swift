#if DEBUG
import Synchronization
#endif

/// A place where a debug build can be told to die, so that a test can see what a restart makes of it. A release build
/// cannot: there, reaching one is nothing.
public enum CrashPoint: String, CaseIterable, Sendable {
    // Steps 1 to 3
    case alertTaken = "alert-taken"
    case stepped
    case rowsWritten = "rows-written"
    case registered
    case committed
    // Step 4, the broker call; then 5, its answer
    case cleared
    case brokerHasIt = "broker-has-it"
    case answered
    case recorded
    // Step 6
    case evidenceStepped = "evidence-stepped"
    case filled
    // Cancel and modify
    case cancelling
    case cancelAnswered = "cancel-answered"
    case modifying
    case modifyAnswered = "modify-answered"
    // The store's failure
    case keeping
    case kept
    case takingIn = "taking-in"
    case takenIn = "taken-in"
    // Start and stop
    case migrating
    case loaded
    case loggedIn = "logged-in"
    case bookRead = "book-read"
    case stopping
}

extension CrashPoint {
    #if DEBUG
    private static let armed = Mutex<(@Sendable (CrashPoint) -> Void)?>(nil)

    /// `strike` is told of each point that is reached; it may not return.
    public static func arm(_ strike: @escaping @Sendable (CrashPoint) -> Void) { armed.withLock { $0 = strike } }

    public func reach() { Self.armed.withLock { $0 }?(self) }
    #else
    @inlinable public func reach() {}
    #endif
}
