internal import Foundation
internal import Yams

/// The file itself: that it is there, who may read it, and that it is YAML.
struct ConfigurationFile {
    let path: String
    /// The folder that paths in the file are relative to.
    let folder: String
    let isReadableByEveryone: Bool
    private let text: String

    init(path: String) throws(ConfigurationError) {
        let absolute = Self.absolutePath(path, in: FileManager.default.currentDirectoryPath)
        guard FileManager.default.fileExists(atPath: absolute) else {
            throw Self.error(path, "there is no such file; name one with --config or $SEXTANT_CONFIG")
        }
        guard let data = FileManager.default.contents(atPath: absolute) else {
            throw Self.error(
                path,
                "cannot be read; check its permissions, or name another with --config or $SEXTANT_CONFIG"
            )
        }
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = data.starts(with: byteOrderMark) ? data.dropFirst(byteOrderMark.count) : data
        guard let text = String(validating: body, as: UTF8.self) else {
            throw Self.error(path, "is not UTF-8 text; save it as UTF-8")
        }
        // The mode is that of the file a link leads to.
        let target = URL(fileURLWithPath: absolute).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: target)
        isReadableByEveryone = ((attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0o004) & 0o004 != 0
        self.path = path
        folder = URL(fileURLWithPath: absolute).deletingLastPathComponent().path
        self.text = text
    }

    /// What the file says; nil if it says nothing.
    func mapping() throws(ConfigurationError) -> Node.Mapping? {
        let root: Node?
        do {
            root = try RepeatedKeys.compose(text)
        } catch {
            throw notYAML(error)
        }
        guard let root else { return nil }
        guard case .mapping(let mapping) = root else {
            if let scalar = root.scalar, scalar.isNull { return nil }
            throw Self.error(path, line: root.mark?.line, "is no configuration; it must consist of `key: value`")
        }
        return mapping
    }

    /// One line of it. The error's own description would show the text of the file, and with it secrets.
    private func notYAML(_ error: any Error) -> ConfigurationError {
        let advice = "mend the line or what stands above it"
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let what = [context?.text, problem].compactMap { $0 }.joined(separator: ", ")
            return Self.error(path, line: mark.line, "is not valid YAML (\(what)); \(advice)")
        case YamlError.duplicatedKeysInMapping(let keys, let context):
            let key = keys.first ?? ""
            return Self.error(path, line: context.mark.line, key: key, "is given twice; keep one of them")
        case YamlError.reader(let problem, let offset, _, let text):
            let line = offset.map { 1 + text.prefix($0).count(where: \.isNewline) }
            return Self.error(path, line: line, "is not valid YAML (\(problem)); remove the odd character")
        default:
            return Self.error(path, "is not valid YAML; mend it")
        }
    }

    /// `path` as seen from `folder`, without `.` and `..`.
    static func absolutePath(_ path: String, in folder: String) -> String {
        URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: folder, isDirectory: true)).standardizedFileURL.path
    }

    private static func error(_ path: String, line: Int? = nil, key: String = "", _ text: String) -> ConfigurationError
    {
        ConfigurationError(file: path, problems: [ConfigurationError.Problem(line: line, key: key, text: text)])
    }
}
