internal import Foundation

/// Replaces `${NAME}` by the environment and `${file:PATH}` by a file; what comes in is not expanded again.
struct Expansion: Sendable {
    struct Failure: Error {
        /// What is wrong; what to do.
        let text: String
    }

    let environment: [String: String]
    /// The folder that `${file:…}` is relative to.
    let folder: String

    func expand(_ text: String) throws(Failure) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.range(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw Failure(text: "has a `${` without its `}`; close it")
            }
            result += try resolve(rest[start.upperBound..<end])
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private func resolve(_ reference: Substring) throws(Failure) -> String {
        if reference.hasPrefix("file:") { return try contents(of: String(reference.dropFirst(5))) }
        guard reference.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
            throw Failure(text: "has a reference that is neither ${NAME} nor ${file:PATH}; write one of these")
        }
        guard let value = environment[String(reference)] else {
            throw Failure(text: "needs the environment variable \(reference), which is not set; set it")
        }
        return value
    }

    private func contents(of path: String) throws(Failure) -> String {
        let file = ConfigurationFile.absolutePath(path, in: folder)
        guard !path.isEmpty, let data = FileManager.default.contents(atPath: file),
            let text = String(validating: data, as: UTF8.self)
        else { throw Failure(text: "needs the file \(file), which cannot be read as text; create it or mend the path") }
        guard let end = text.lastIndex(where: { !$0.isNewline }) else { return "" }
        return String(text[...end])
    }
}
