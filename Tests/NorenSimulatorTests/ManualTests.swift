import Foundation
import Testing

@testable import NorenSimulator

/// `docs/simulator.md` against the code.
@Suite struct ManualTests {
    private func manual() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/simulator.md"), encoding: .utf8)
    }

    @Test func `it names every habit with its default, in the order of the code`() throws {
        let lines = try manual().split(separator: "\n").map { String($0) }
        let start = try #require(lines.firstIndex { $0.hasPrefix("| habit |") })
        let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }
        let told = rows.flatMap { row -> [[String]] in
            let columns = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let names = columns[0].split(separator: ",").map { $0.trimmingCharacters(in: [" ", "`"]) }
            let values = columns[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            return zip(names, values).map { [$0, $1] }
        }
        #expect(Set(told) == Set(BrokerHabits().values.map { [$0.name, $0.value] }))
        #expect(told.count == BrokerHabits().values.count)
    }

    @Test(arguments: Fault.Kind.allCases) func `it names every fault`(kind: Fault.Kind) throws {
        let text = try manual()
        #expect(text.contains("`\(kind.rawValue)`"))
    }

    @Test func `the control calls that it names exist`() throws {
        let text = try manual()
        let named = text.matches(of: /\$c\/([a-z_\/]+)/).map { String($0.1) }
        #expect(named.count > 5)
        for name in named { #expect(Control.calls[name] != nil, "\(name)") }
    }
}
