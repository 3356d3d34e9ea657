import Foundation
import Testing

/// `kill -9` at any moment: what was acknowledged exists, nothing is placed twice, statuses equal the broker's ledger.
@Suite(.serialized) struct KillTests {
    @Test func `kills under load lose no acknowledged alert, double none, and leave every status true`() async throws {
        var settings = Sandbox.Settings()
        settings.placeTimeout = "500ms"
        let sandbox = try await Sandbox(settings)
        defer { sandbox.end() }
        let result = try await Chaos(sandbox: sandbox).run(kills: Chaos.kills)
        print(result.line)
        if let path = ProcessInfo.processInfo.environment["SEXTANT_CHAOS_LOG"] { try append(result.line, to: path) }
        #expect(result.kills == Chaos.kills)
        #expect(result.acknowledged > 0)
        #expect(result.lost == [])
        #expect(result.differences == [])
    }

    private func append(_ line: String, to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data((line + "\n").utf8))
        try file.close()
    }
}
