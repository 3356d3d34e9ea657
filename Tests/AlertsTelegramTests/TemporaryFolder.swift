import Foundation

/// A folder of one test, gone with its last reference.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/sextant-outbox-\(UUID().uuidString.prefix(12))"

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
