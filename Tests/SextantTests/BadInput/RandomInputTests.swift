import JSONText
import Testing

/// Thousands of requests that were good once. Another seed is another day: what fails becomes a row in `BadRequest`.
@Suite(.serialized, .timeLimit(.minutes(2))) struct RandomInputTests {
    static let count = 3000
    static let seed: UInt64 = 20_261_123

    @Test func `changed requests get no answer that nobody meant, and the store stays sound`() async throws {
        try await Sandbox.trading(BadInputTests.two) { sandbox, server in
            var requests = RandomRequests(seed: Self.seed)
            let all = (0..<Self.count).map { _ in requests.request() }
            #expect(Set(all.map(\.path)).count > 300)
            let statuses = try await withThrowingTaskGroup(of: [Int: Int].self) { group in
                for sender in 0..<4 {
                    group.addTask {
                        var statuses: [Int: Int] = [:]
                        for index in stride(from: sender, to: Self.count, by: 4) {
                            let answer = try await all[index].send(to: server)
                            statuses[answer.status, default: 0] += 1
                            Self.expectMeant(answer, all[index], index)
                        }
                        return statuses
                    }
                }
                return try await group.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) }
            }
            // The changes are of every kind: some leave a good request, others spoil it in each way there is.
            for status in [200, 202, 400, 401, 404, 422] {
                #expect((statuses[status] ?? 0) > 0, "\(status): \(statuses)")
            }
            #expect(try await server.get("/health/live").status == 200)
            try await eventually("the server is ready") { try await server.get("/health/ready").status == 200 }
            let check = try ChildProcess(["selfcheck", "--config", sandbox.configurationPath], in: sandbox.folder)
            #expect(try await check.ended() == 0, "\(check.output)")
        }
    }

    private static func expectMeant(_ answer: RawRequest.Answer, _ request: RawRequest, _ index: Int) {
        let what: Comment =
            "\(index): \(request.method) \(request.path.prefix(100)) \(String(decoding: request.body.prefix(300), as: UTF8.self)): \(answer.status) \(answer.text.prefix(300))"
        #expect(answer.status < 500 || [503, 504].contains(answer.status), what)
        guard request.method != "HEAD" else { return }
        #expect(answer.json.members != nil || answer.type.hasPrefix("text/plain") && answer.status == 200, what)
        if answer.status >= 400, answer.json["message"] == nil, !request.path.hasPrefix("/health/ready") {
            #expect(answer.type == "application/problem+json", what)
            #expect(answer.json["status"]?.integer == answer.status, what)
            #expect(answer.json["detail"]?.string?.isEmpty == false, what)
        }
    }
}
