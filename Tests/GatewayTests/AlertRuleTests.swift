@testable import Engine
import Foundation
@testable import Gateway
import Testing

/// The alert rules of `ops/`; what they make of series, `scripts/check-alerts` tries with promtool.
@Suite struct AlertRuleTests {
    private static func text(_ path: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func alerts() throws -> [String] {
        try text("ops/alerts.yml").matches(of: #/- alert: (\w+)/#).map { String($0.1) }
    }

    @Test func `every series that a rule asks for is one of the page's`() throws {
        let families = Set(EngineFigures().prometheus.matches(of: #/# TYPE (\w+) /#).map { String($0.1) })
        let asked = Set(try Self.text("ops/alerts.yml").matches(of: #/sextant_\w+/#).map { String($0.0) })
        #expect(asked.count >= 10)
        for name in asked { #expect(families.contains(name.replacing(#/_bucket$/#, with: "")), "\(name)") }
    }

    @Test func `every alert fires and keeps quiet in the rules' own tests, and has its entry for people`() throws {
        let (tests, page) = (try Self.text("ops/alerts.test.yml"), try Self.text("docs/operations.md"))
        let alerts = try Self.alerts()
        #expect(alerts.count == Set(alerts).count && !alerts.isEmpty)
        for alert in alerts {
            let cases = tests.components(separatedBy: "alertname: \(alert)\n").dropFirst().map { rest in
                rest.hasPrefix("        exp_alerts: []")
            }
            #expect(Set(cases) == [true, false], "\(alert)")
            #expect(page.contains("\n| `\(alert)` | "), "\(alert)")
        }
        let rows = page.matches(of: #/\n\| `(Sextant\w+)` \|/#).map { String($0.1) }
        #expect(rows == alerts)
    }
}
