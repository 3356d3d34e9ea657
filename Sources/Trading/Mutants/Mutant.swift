#if MUTANTS
import Glibc

private let chosen = getenv("SEXTANT_MUTANT").map { String(cString: $0) }

/// Whether the fault of this name is planted in this run: then a test must fail (`make mutate`).
public func mutant(_ name: String) -> Bool { name == chosen }
#else
/// False, and the compiler leaves nothing of it: faults are planted only in a build made for that (`make mutate`).
@inlinable @inline(__always) public func mutant(_ name: @autoclosure () -> String) -> Bool { false }
#endif
