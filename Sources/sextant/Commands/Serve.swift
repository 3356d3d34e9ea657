import ArgumentParser
import Logging

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take alerts, trade, and follow every order until its end.",
        discussion: """
            Stops on SIGTERM or Ctrl-C within 10 s: intake closes, the orders in hand are finished.
            A second serve on the same store stands by and takes over when the first one ends.

            EXAMPLES
              sextant serve --config sextant.yaml
              curl http://127.0.0.1:8080/health/ready
            """
    )

    @OptionGroup var options: CommonOptions

    func run() async throws {
        #if DEBUG
        try CrashRehearsal.arm()
        #endif
        let configuration = try options.configuration()
        let server = try await Server(configuration, logger: Logger.sextant(.info)) { port in
            announce("sextant listening on http://\(configuration.server.host):\(port)")
        }
        do {
            try await server.run()
        } catch {
            throw CommandFailure(startFailure: error, configuration.server.host, configuration.server.port)
        }
    }
}
