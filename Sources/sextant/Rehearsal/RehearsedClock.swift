#if DEBUG
import Foundation

/// `SEXTANT_CLOCK_AHEAD=file` lets a debug build live in another hour: the file's eight bytes, a little-endian integer,
/// are the microseconds by which its time of day is ahead of the machine's. They may change while it runs: then a night
/// passes in a moment. No release build has this code.
enum RehearsedClock {
    private nonisolated(unsafe) static let bytes: UnsafePointer<Int64>? = {
        guard let path = ProcessInfo.processInfo.environment["SEXTANT_CLOCK_AHEAD"] else { return nil }
        let file = open(path, O_RDONLY)
        let page = mmap(nil, MemoryLayout<Int64>.size, PROT_READ, MAP_SHARED, file, 0)
        guard file >= 0, let page, page != MAP_FAILED else { fatalError("SEXTANT_CLOCK_AHEAD: cannot read \(path)") }
        close(file)
        return UnsafePointer(page.assumingMemoryBound(to: Int64.self))
    }()

    static var ahead: Int64 { bytes?.pointee ?? 0 }
}
#endif
