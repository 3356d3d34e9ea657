import ArgumentParser
import Engine
import Foundation
import Logging
import NorenSimulator
import Trading

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Everything at once on this machine: a simulated broker, the server, and an alert with two legs.",
        discussion: """
            Nothing leaves this machine, and no money is at stake.

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
        let clock = SystemClock()
        let simulator = NorenSimulator(
            settings: SimulatorSettings(),
            now: { clock.now().microseconds },
            logger: logger
        )
        let folder = try DemoFolder(port: port, simulatorPort: try await simulator.start())
        announce("folder   \(folder.path)")
        announce("config   \(folder.configurationPath)")
        let configuration = try Configuration.load(path: folder.configurationPath, environment: [:])
        let (ports, portSource) = AsyncStream<Int>.makeStream()
        let server = try Server(configuration, logger: logger) { port in portSource.yield(port) }
        let story = DemoStory(
            ports: ports,
            engine: server.engine,
            simulator: simulator,
            folder: folder,
            endsWhenDone: once
        )
        do {
            try await server.run(besides: [simulator, story])
        } catch {
            throw CommandFailure(startFailure: error, configuration.server.host, port)
        }
        if once, !story.succeeded { throw ExitCode(1) }
    }
}
