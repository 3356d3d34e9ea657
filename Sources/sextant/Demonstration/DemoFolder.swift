import Foundation

/// A new temporary folder with a configuration and secrets of its own.
struct DemoFolder: Sendable {
    let path: String
    let secret: Secret

    var configurationPath: String { path + "/sextant.yaml" }

    init(port: Int) throws {
        secret = Secret(Self.draw())
        let name = "sextant-demo-" + Self.draw().prefix(8)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        path = folder.path
        let text = """
            server:  { host: 127.0.0.1, port: \(port) }
            store:   { sqlite: sextant.db }
            clients:
              - id: FA00001
                mode: paper
                webhook: { secret: "\(secret.reveal)" }
                api:     { key: "\(Self.draw())" }
                risk:    { base_max_loss: 500000 }

            """
        let made = FileManager.default.createFile(
            atPath: configurationPath,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw CommandFailure("\(configurationPath) cannot be written") }
    }

    private static func draw() -> String {
        String(UInt128.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}
