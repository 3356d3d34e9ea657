import Foundation
import JSONText
import Testing

/// `instruments sync` as a script uses it, and a server that goes by what it brought.
@Suite(.serialized) struct InstrumentTests {
    private func sync(
        _ sandbox: Sandbox,
        _ more: String...
    ) async throws -> (status: Int32, output: String, errors: String) {
        let arguments = ["instruments", "sync", "--config", sandbox.configurationPath] + more
        let process = try ChildProcess(arguments, in: sandbox.folder)
        defer { process.kill() }
        return (try await process.ended(), process.output, process.errors)
    }

    private func settings(_ server: MasterServer) -> Sandbox.Settings {
        var settings = Sandbox.Settings()
        settings.broker = server.configuration
        return settings
    }

    @Test func `a sync says what it brought, and a broken file changes nothing`() async throws {
        try await MasterServer.run { masters in
            let sandbox = try await Sandbox(settings(masters))
            defer { sandbox.end() }
            let first = try await sync(sandbox)
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.output.contains("NFO       1          1        NFO_symbols.txt.zip"), "\(first.output)")
            masters.set("NFO", MasterServer.nfo.replacing("40001,65,", with: "40001,many,"))
            let second = try await sync(sandbox)
            #expect(second.status == 1)
            #expect(second.errors.contains("NFO_symbols.txt.zip, row 3, column LotSize"), "\(second.errors)")
            #expect(second.errors.contains("stays"))
            let third = try await sync(sandbox, "--json")
            #expect(third.status == 1)
            let source = try JSONValue.parse(third.output)["sources"]?.elements?.first
            #expect(source?["ok"]?.bool == false)
            #expect(source?["problem"]?["column"]?.string == "LotSize")
            #expect(source?["problem"]?["row"]?.integer == 3)
            #expect(source?["set"]?["contracts"]?.integer == 3)
        }
    }

    @Test func `without any set a failed sync says so, and usage errors exit 2`() async throws {
        try await MasterServer.run([:]) { masters in
            let sandbox = try await Sandbox(settings(masters))
            defer { sandbox.end() }
            let answer = try await sync(sandbox)
            #expect(answer.status == 1)
            #expect(answer.errors.contains("HTTP 404"), "\(answer.errors)")
            #expect(answer.errors.contains("there is no set"))
            #expect(try await sync(sandbox, "--nonsense").status == 2)
            #expect(try await sync(sandbox, "--client", "NOBODY").status == 1)
        }
    }

    @Test func `a server loads the set at its start and takes in a new one by itself`() async throws {
        try await MasterServer.run { masters in
            let sandbox = try await Sandbox(settings(masters))
            defer { sandbox.end() }
            #expect(try await sync(sandbox).status == 0)
            let server = try await RunningServer.start(sandbox)
            defer { server.kill() }
            try await server.untilReady()
            #expect(server.log.contains("contracts=3"), "\(server.log)")
            masters.set("NSE", MasterServer.nse + "NSE,2885,1,RELIANCE,RELIANCE-EQ,EQ,0.1,\n")
            #expect(try await sync(sandbox).status == 0)
            try await eventually("the new set is loaded") { server.log.contains("contracts=4") }
        }
    }
}
