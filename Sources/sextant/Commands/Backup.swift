import ArgumentParser
import Foundation
import JSONText

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the store while the server runs; the copy is consistent and passes selfcheck.",
        discussion: """
            To go back to a copy: stop serve, put the copy in the place of store.sqlite, run selfcheck, start serve.

            EXAMPLES
              sextant backup /var/backups/sextant-2026-11-23.db
            """
    )

    @OptionGroup var options: CommonOptions
    @Argument(help: "Where the copy goes; the file must not exist.", completion: .file()) var file: String

    func run() async throws {
        let path = URL(fileURLWithPath: file).standardizedFileURL.path
        let answer = try await options.ask(options.server(), "/v1/backup", ["file": .string(path)])
        guard !options.json else { return try show(answer.text) }
        try show("backup written to \(path)")
        try show("`sextant backup --help` says how to go back to it")
    }
}
