import Foundation

@testable import sextant

/// A temporary folder with a configuration file in it, gone with its last reference.
final class ConfigurationFolder {
    let path: String
    var file: String { "\(path)/sextant.yaml" }

    init(_ yaml: String, mode: Int = 0o640) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "sextant-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write(yaml, to: "sextant.yaml", mode: mode)
    }

    func write(_ text: String, to name: String, mode: Int = 0o640) throws {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }

    func load(
        environment: [String: String] = ConfigurationFolder.sampleEnvironment
    ) throws(ConfigurationError) -> Configuration {
        try Configuration.load(path: file, environment: environment)
    }

    /// The problems of the file, as `LINE: KEY: TEXT`; empty if it has none.
    func problems(environment: [String: String] = ConfigurationFolder.sampleEnvironment) -> [String] {
        do {
            _ = try load(environment: environment)
            return []
        } catch {
            return error.description.split(separator: "\n").map { $0.replacingOccurrences(of: "\(file):", with: "") }
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
