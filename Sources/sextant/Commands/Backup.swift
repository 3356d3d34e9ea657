import ArgumentParser
import Foundation
import JSONText

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the store while the server runs; the copy is consistent and passes selfcheck.",
        discussion: """
            EXAMPLES
              sextant backup /var/backups/sextant-2026-11-23.db
            """
    )

    @OptionGroup var options: CommonOptions
    @Argument(help: "Where the copy goes; the file must not exist.") var file: String

    func run() async throws {
        let path = URL(fileURLWithPath: file).standardizedFileURL.path
        let answer = try await options.server().post("/v1/backup", ["file": .string(path)])
        announce(options.json ? answer.text : "backup written to \(path)")
    }
}
