import Foundation
import Testing

@testable import sextant

/// The key that session tokens are sealed with.
@Suite struct SealKeyTests {
    private func withFolder(_ body: (_ store: String, _ key: String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/sextant-key-\(UUID().uuidString.prefix(12))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try body(folder + "/s.db", folder + "/sextant.key")
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func `the first start makes a key for its owner alone, and the next one takes it`() throws {
        try withFolder { store, key in
            _ = try SealKey.load(environment: [:], besideStore: store)
            let made = try Data(contentsOf: URL(fileURLWithPath: key))
            let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(made.count == 64)
            _ = try SealKey.load(environment: ["SEXTANT_KEY": ""], besideStore: store)
            let kept = try Data(contentsOf: URL(fileURLWithPath: key))
            #expect(kept == made)
        }
    }

    @Test func `a key in the environment makes no file, and a short one is refused`() throws {
        try withFolder { store, key in
            _ = try SealKey.load(environment: ["SEXTANT_KEY": "a long enough random text"], besideStore: store)
            #expect(!FileManager.default.fileExists(atPath: key))
            #expect(throws: CommandFailure.self) {
                try SealKey.load(environment: ["SEXTANT_KEY": "short"], besideStore: store)
            }
        }
    }

    @Test(arguments: [(0o644, 64), (0o600, 63), (0o600, 0)])
    func `a key that others may read, or that is not whole, is refused and left alone`(mode: Int, count: Int) throws {
        try withFolder { store, key in
            let bytes = Data(repeating: 0x61, count: count)
            _ = FileManager.default.createFile(atPath: key, contents: bytes, attributes: [.posixPermissions: mode])
            #expect(throws: CommandFailure.self) { try SealKey.load(environment: [:], besideStore: store) }
            let left = try Data(contentsOf: URL(fileURLWithPath: key))
            #expect(left == bytes)
        }
    }
}
