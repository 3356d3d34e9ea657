import Trading

/// How far a reader of the stream has come: the id of an event.
///
/// It names the process by its start, the event in it, and when that was: what another process told is found by its time.
struct StreamPosition: Hashable, Sendable, CustomStringConvertible {
    let process: Int64
    let number: Int
    let at: Timestamp

    init(process: Int64, number: Int, at: Timestamp) {
        self.process = process
        self.number = number
        self.at = at
    }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let process = Int64(parts[0]), let number = Int(parts[1]), number >= 0,
            let at = Int64(parts[2]), process >= 0, at >= 0
        else { return nil }
        self.init(process: process, number: number, at: Timestamp(microseconds: at))
    }

    var description: String { "\(process)-\(number)-\(at.microseconds)" }
}
