import ArgumentParser
import Foundation

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(
        help: "The configuration file (default: $SEXTANT_CONFIG, else ./sextant.yaml).",
        completion: .file(extensions: ["yaml", "yml"])
    )
    var config: String?

    @Option(help: "Only this client.", completion: .custom { words, _, _ in Self.clientIDs(in: words) })
    var client: String?

    @Flag(help: "Print JSON, exactly as over HTTP.")
    var json = false

    func configuration() throws -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        let path = config ?? Self.defaultPath
        let configuration = try Configuration.load(path: path, environment: environment)
        if let client, !configuration.clients.contains(where: { $0.id == client }) {
            let known = configuration.clients.map(\.id).joined(separator: ", ")
            throw CommandFailure("there is no client \(client) in \(path); it has \(known)")
        }
        return configuration
    }

    /// The configured clients that the command is for.
    func clients(of configuration: Configuration) -> [Configuration.Client] {
        configuration.clients.filter { client == nil || $0.id == client }
    }

    private static var defaultPath: String {
        ProcessInfo.processInfo.environment["SEXTANT_CONFIG"] ?? "sextant.yaml"
    }

    /// For a shell that completes `--client`: the ids in the file that `words` names, as typed so far.
    private static func clientIDs(in words: [String]) -> [String] {
        let joined = words.compactMap { $0.hasPrefix("--config=") ? String($0.dropFirst(9)) : nil }.last
        let named = words.lastIndex(of: "--config").flatMap { words.dropFirst($0 + 1).first }
        return Configuration.clientIDs(path: joined ?? named ?? defaultPath)
    }
}
