import ArgumentParser
import Foundation

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(help: "The configuration file (default: $SEXTANT_CONFIG, else ./sextant.yaml).")
    var config: String?

    @Option(help: "Only this client.")
    var client: String?

    @Flag(help: "Print JSON, exactly as over HTTP.")
    var json = false

    func configuration() throws -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        let path = config ?? environment["SEXTANT_CONFIG"] ?? "sextant.yaml"
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
}
