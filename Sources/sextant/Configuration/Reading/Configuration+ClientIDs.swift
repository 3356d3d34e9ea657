internal import Yams

extension Configuration {
    /// The ids in a file as they are written, whatever else is wrong or missing there: for completing a command line.
    static func clientIDs(path: String) -> [String] {
        guard let root = try? ConfigurationFile(path: path).mapping() else { return [] }
        return (root["clients"]?.array() ?? []).compactMap { $0.mapping?["id"]?.string }
    }
}
