/// Why a push connection could not be had.
struct PushTrouble: Error {
    let text: String

    init(_ text: String) { self.text = text }
}
