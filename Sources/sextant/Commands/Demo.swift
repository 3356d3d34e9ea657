import ArgumentParser
import Foundation
import Logging

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Everything at once on this machine: a paper client, the server, and an alert with two legs.",
        discussion: """
            Nothing leaves this machine, and no money is at stake. `serve` with the configuration that it prints goes on
            where it ended.

            EXAMPLES
              sextant demo
              sextant demo --once       exits when both legs are executed
            """
    )

    @OptionGroup var options: CommonOptions
    @Option(help: "The port to listen on; 0 picks a free one.") var port = 8080
    @Flag(help: "Exit when both legs are executed: 0 if they were.") var once = false

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port must be 0 to 65535") }
    }

    func run() async throws {
        let logger = Logger.sextant(.warning)
        let folder = try DemoFolder(port: port)
        announce("folder   \(folder.path)")
        announce("config   \(folder.configurationPath)")
        let configuration = try Configuration.load(path: folder.configurationPath, environment: [:])
        let (ports, portSource) = AsyncStream<Int>.makeStream()
        let server = try await Server(configuration, logger: logger) { port in portSource.yield(port) }
        guard let broker = server.paperBrokers.first else { throw CommandFailure("the demo's client is not on paper") }
        let story = DemoStory(ports: ports, engine: server.engine, broker: broker, folder: folder, endsWhenDone: once)
        do {
            try await server.run(besides: [story])
        } catch {
            throw CommandFailure(startFailure: error, configuration.server.host, port)
        }
        if once, !story.succeeded { throw ExitCode(1) }
    }
}
