import Foundation
import Testing

@Suite struct DemoTests {
    @Test func `the demo takes a two-leg alert to EXECUTED and shows all six steps of both legs`() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/sextant-demo-test-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let demo = try ChildProcess(["demo", "--once", "--port", "0"], in: folder)
        defer { demo.kill() }
        #expect(try await demo.ended(within: 60) == 0)
        let lines = demo.output.split(separator: "\n")
        for leg in 1...2 {
            for step in ["1 register", "2 check", "3 intend", "4 send", "5 record", "6 watch"] {
                #expect(lines.contains { $0.hasPrefix("\(leg)    \(step)") })
            }
            #expect(
                lines.contains {
                    $0.hasPrefix("leg \(leg)  SELL 60 BANKNIFTY") && $0.contains("  EXECUTED  broker id 2")
                        && $0.contains(#/average \d+\.\d\d/#)
                }
            )
        }
        if let path = lines.first(where: { $0.hasPrefix("folder") })?.split(separator: " ").last {
            try? FileManager.default.removeItem(atPath: String(path))
        }
    }
}
