import Engine
import Testing

@testable import NorenSimulator

/// `docs/faults.md` has a whole line for everything that can be made to go wrong.
@Suite struct FaultPageTests {
    /// The tables' rows by the name in their first column.
    static func rows() throws -> [String: [String]] {
        let lines = try Repository.text("docs/faults.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        let cells = lines.map { line in
            line.split(separator: "|").map { $0.trimmingPrefix(while: \.isWhitespace) }.map { cell in
                String(cell.reversed().trimmingPrefix(while: \.isWhitespace).reversed())
            }
        }
        return Dictionary(cells.map { ($0[0].replacing("`", with: ""), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// What happens, what is seen, and what to do.
    static func expectWhole(_ names: [String]) throws {
        let rows = try rows()
        for name in names {
            let row = rows[name] ?? []
            #expect(row.count == 4, "\(name)")
            #expect(row.allSatisfy { !$0.isEmpty }, "\(name)")
        }
    }

    @Test func `every fault of the simulator says what happens, what is seen and what to do`() throws {
        try Self.expectWhole(Fault.Kind.allCases.map(\.rawValue) + ["refuse_connection"])
    }

    @Test func `every fault of the worlds does too`() throws { try Self.expectWhole(worldFaults) }

    @Test func `every crash point says what is left and what the restart makes of it`() throws {
        let rows = try Self.rows()
        for point in CrashPoint.allCases { #expect(rows[point.rawValue]?.count == 3, "\(point.rawValue)") }
    }
}
