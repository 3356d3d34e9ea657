import Foundation

extension ConfigurationFolder {
    static let sampleEnvironment = [
        "SEXTANT_WEBHOOK_SECRET": "webhook-secret-text", "SEXTANT_API_KEY": "api-key-text", "P": "password-text",
        "S": "api-secret-text",
    ]

    /// The example of the contract, its secrets by reference.
    static let sampleYAML = """
        server:  { host: 127.0.0.1, port: 8080 }
        store:   { sqlite: data/sextant.db }
        clients:
          - id: FA00001
            mode: live
            webhook: { secret: "${SEXTANT_WEBHOOK_SECRET}" }
            api:     { key: "${SEXTANT_API_KEY}" }
            broker:
              noren:
                rest: http://127.0.0.1:9600/NorenWClientTP/
                websocket: ws://127.0.0.1:9600/NorenWSTP/
                auth: { quickauth: { user: FA00001, vendor_code: FA00001_U, password: "${P}", api_secret: "${S}", factor2: "123456" } }
            risk:    { base_max_loss: 5000 }

        """

    /// The problems of the sample with `text` replaced by `other`.
    static func problems(replacing text: String, by other: String, mode: Int = 0o640) throws -> [String] {
        precondition(sampleYAML.contains(text), "The sample has what is to be replaced.")
        return try ConfigurationFolder(sampleYAML.replacingOccurrences(of: text, with: other), mode: mode).problems()
    }
}
