import ArgumentParser
import Foundation
import Gateway
import JSONText
import Logging
import Trading

struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Log a client in at its broker through the running server.",
        discussion: """
            With auth.oauth: prints the address of the broker's login page and waits for the browser to come back to the
            redirect URL, if that is on this machine; otherwise give the code from the address bar with --code.
            With auth.quickauth: lets the server try its login again after a refusal.

            EXAMPLES
              sextant login FA00001
              sextant login FA00001 --code 11111111-2222-3333-4444-555555555555
            """
    )

    @OptionGroup var options: CommonOptions
    @Argument(help: "The client's id in the configuration.") var id: String
    @Option(help: "The code that the broker's page appended to the redirect URL.") var code: String?

    func run() async throws {
        let configuration = try options.configuration()
        guard let client = configuration.clients.first(where: { $0.id == id }) else {
            let known = configuration.clients.map(\.id).joined(separator: ", ")
            throw CommandFailure("there is no client \(id) in the configuration; it has \(known)")
        }
        guard let broker = client.broker, client.mode == .live else {
            throw CommandFailure("client \(id) is in paper mode: there is no broker to log in at")
        }
        let server = try ServerConnection(configuration, client: client)
        var members = [JSONMember("client", .string(id))]
        switch broker.authentication {
        case .quickAuth:
            guard code == nil else { throw CommandFailure("client \(id) logs in by auth.quickauth, without a code") }
        case .oauth(let login):
            let given: String
            if let code { given = code } else { given = try await received(login, broker.profile) }
            members.append(JSONMember("code", .string(given)))
        }
        let answer = try await options.ask(server, "/v1/operator/login", .object(members))
        guard !options.json else { return try show(answer.text) }
        let until = answer["valid_until"]?.string.flatMap { Timestamp($0) }
        try show("\(id) is logged in" + (until.map { ", until \($0.indianText.prefix(16)) IST" } ?? ""))
    }

    private func received(
        _ login: Configuration.Noren.Authentication.OAuth,
        _ profile: Configuration.Noren.Profile?
    ) async throws -> String {
        let address = login.page(at: profile)
        guard let listener = RedirectListener(redirect: login.redirect, logger: Logger.sextant(.critical)) else {
            throw CommandFailure(
                """
                log in at \(address)
                then run: sextant login \(id) --code CODE, with the code from the address that the browser ends at \
                (\(login.redirect) is not on this machine, so it cannot be received here)
                """
            )
        }
        let note = "log in at \(address)\nwaiting for the browser at \(login.redirect) (Ctrl-C ends the wait)"
        do {
            return try await listener.code { FileHandle.standardError.write(Data((note + "\n").utf8)) }
        } catch is CancellationError {
            throw CommandFailure("no code came: run the command again, or give it with --code")
        } catch {
            throw CommandFailure("\(login.redirect) cannot be listened on: \(error); give the code with --code")
        }
    }
}

extension Configuration.Noren.Authentication.OAuth {
    /// The broker's login page. Flattrade calls the client's id `app_key`.
    func page(at profile: Configuration.Noren.Profile?) -> String {
        let name = profile == .flattrade ? "app_key" : "client_id"
        if authorizeURL.contains("\(name)=") { return authorizeURL }
        return authorizeURL + (authorizeURL.contains("?") ? "&" : "?") + "\(name)=\(clientID)"
    }
}
