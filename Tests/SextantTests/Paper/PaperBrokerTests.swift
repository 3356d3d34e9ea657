import AsyncHTTPClient
import BrokerNoren
import Crypto
import Foundation
import JSONText
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import sextant

/// Another user of the machine finds the paper broker's port, and nothing else.
@Suite struct PaperBrokerTests {
    private func post(_ url: String, _ body: String) async throws -> (status: Int, text: String) {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return (Int(response.status.code), String(buffer: bytes))
    }

    private func sha(_ text: String) -> String {
        SHA256.hash(data: Array(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }

    private func login(password: String, secret: String) -> String {
        let fields: JSONValue = [
            "uid": "FA00001", "pwd": .string(sha(password)), "factor2": "000000", "vc": "FA00001_U",
            "appkey": .string(sha("FA00001|\(secret)")), "imei": "x", "source": "API", "apkversion": "1.0.0",
        ]
        return "jData=\(fields.text)"
    }

    @Test func `only who knows the secrets of this start can log in, and nobody can steer it`() async throws {
        let folder = try ConfigurationFolder(
            ConfigurationFolder.sampleYAML.replacing("mode: live", with: "mode: paper")
        )
        let configuration = try folder.load(environment: ConfigurationFolder.sampleEnvironment)
        let client = try #require(configuration.clients.first)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = FileManager.default.temporaryDirectory.path + "/sextant-paper-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: store + ".paper-FA00001") }
        let broker = try await PaperBroker(for: client, store: store, logger: logger)
        let other = try await PaperBroker(for: client, store: store, logger: logger)
        let account = broker.account
        guard case .quickAuth(let secrets) = account.login, case .quickAuth(let others) = other.account.login else {
            Issue.record("the paper broker is not logged in to by password")
            return
        }
        #expect(secrets.password != others.password && secrets.apiSecret != others.apiSecret)
        #expect(!FileManager.default.fileExists(atPath: store + ".paper-FA00001"))  // nothing is touched before `open`

        try await broker.open(storeKnowsItsOrders: false)
        try await withThrowingTaskGroup { group in
            group.addTask { try await broker.run() }
            let base = account.rest.replacing("NorenWClientTP/", with: "")
            #expect(account.rest.hasPrefix("http://127.0.0.1:"))
            #expect(try await post(base + "control/ledger", "{}").status == 404)
            let stock = login(password: "Secret@1", secret: "api-secret")
            #expect(try await post(account.rest + "QuickAuth", stock).text.contains("Wrong Password"))
            let half = login(password: secrets.password, secret: others.apiSecret)
            #expect(try await post(account.rest + "QuickAuth", half).text.contains("Invalid App Key"))
            let own = login(password: secrets.password, secret: secrets.apiSecret)
            #expect(try await post(account.rest + "QuickAuth", own).text.contains("susertoken"))
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
