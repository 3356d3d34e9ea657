import Desk
import Foundation
import Testing

@testable import sextant

struct RiskPageTests {
    @Test func `the committed page of limits is what the binary prints; make docs writes it`() async throws {
        let folder = FileManager.default.temporaryDirectory.path
        let process = try ChildProcess(["risk-page"], in: folder)
        #expect(try await process.ended() == 0)
        #expect(try Repository.text("docs/risk.md") == process.output, "run `make docs`")
    }

    @Test func `every limit has its key in every scope that it can be set for`() {
        let keys = Set(Configuration.keys.map(\.name))
        for kind in LimitKind.allCases {
            for scope in kind.scopes {
                let section =
                    switch scope {
                    case .client: ""
                    case .strategy: "strategies.NAME."
                    case .instrument: "instruments.NFO:SYMBOL."
                    }
                #expect(keys.contains("clients[].risk.limits.\(section)\(kind.key)"), "\(kind)")
            }
        }
    }
}
