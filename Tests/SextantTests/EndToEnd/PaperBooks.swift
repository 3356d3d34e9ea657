import Foundation
import JSONText
import Logging
import NorenSimulator

extension Sandbox {
    /// The paper broker's own account: what its books say now, read by another simulator from a copy.
    func paperAccount() async throws -> JSONValue {
        let copy = folder + "/books-\(UUID().uuidString.prefix(8))"
        try FileManager.default.copyItem(atPath: paperBooks, toPath: copy)
        var settings = SimulatorSettings()
        settings.keepsBooksAt = copy
        let reader = NorenSimulator(
            settings: settings,
            now: { Int64(Date().timeIntervalSince1970 * 1_000_000) },
            logger: Logger(label: "books") { _ in SwiftLogNoOpLogHandler() }
        )
        try await reader.openBooks()
        return await reader.control("ledger", .object([]))["accounts"]?["FA00001"] ?? .null
    }

    func paperOrders() async throws -> [JSONValue] { try await paperAccount()["orders"]?.elements ?? [] }

    var paperBooks: String { folder + "/sextant.db.paper-FA00001" }

    /// Runs `body` with a paper client that is ready.
    static func onPaper(_ body: (Sandbox, RunningServer) async throws -> Void) async throws {
        try await trading(.paper, body)
    }
}
