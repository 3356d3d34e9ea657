import ArgumentParser
import JSONText

extension CommonOptions {
    /// The running server, with the key of the client named by `--client`, or the admin's.
    func server() throws -> ServerConnection {
        let configuration = try configuration()
        return try ServerConnection(configuration, client: client == nil ? nil : clients(of: configuration).first)
    }

    /// The running server, with the key of the one client that the command is for.
    func serverOfOneClient() throws -> ServerConnection {
        let configuration = try configuration()
        return try ServerConnection(configuration, client: onlyClient(of: configuration))
    }

    /// The one client that the command is for; throws where there are several and none is named.
    func onlyClient(of configuration: Configuration) throws -> Configuration.Client {
        let clients = clients(of: configuration)
        guard clients.count == 1, let client = clients.first else {
            let known = clients.map(\.id).joined(separator: ", ")
            throw CommandFailure("there are several clients: say which with --client (\(known))")
        }
        return client
    }

    /// Looks at what the server shows.
    @inline(never)
    func look(at server: ServerConnection, _ path: String) async throws -> JSONValue {
        do {
            return try await server.get(path)
        } catch let refusal as ServerConnection.Refusal {
            if json, let body = refusal.body { try show(body.text) }
            throw refusal
        }
    }

    /// Asks the server. With `--json` a refusal is printed as it came, before it ends the command with 1.
    @inline(never)  // inlined into `Backup`, it crashes the optimiser of Swift 6.3.1
    func ask(_ server: ServerConnection, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        do {
            return try await server.post(path, body)
        } catch let refusal as ServerConnection.Refusal {
            if json, let body = refusal.body { try show(body.text) }
            throw refusal
        }
    }
}
