/// Text that must not be shown: however it is printed, it prints as `***`.
struct Secret: Hashable, Sendable {
    /// The text itself, for the one place that sends or compares it.
    let reveal: String

    init(_ text: String) { reveal = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "***" }
    var debugDescription: String { "***" }
    var customMirror: Mirror { Mirror(reflecting: "***") }
}
