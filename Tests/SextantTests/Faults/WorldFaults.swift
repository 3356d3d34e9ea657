@testable import World

/// The names of the faults that worlds draw from.
let worldFaults = Fault.allCases.map(\.rawValue)
