internal import Foundation

extension ValueKind<String> {
    /// A path, made absolute from `folder`.
    static func path(in folder: String) -> Self {
        ValueKind(name: "a path", advice: "write a path, relative to this file's folder", placeholder: "") { text in
            text.isEmpty ? nil : ConfigurationFile.absolutePath(text, in: folder)
        }
    }

    static func url(_ schemes: [String], mayHaveQuery: Bool = false) -> Self {
        let forms = schemes.map { "\($0)://" }.joined(separator: " or ")
        return ValueKind(name: "a URL", advice: "write a whole one that begins with \(forms)", placeholder: "") {
            text in
            guard let url = URLComponents(string: text, encodingInvalidCharacters: false),
                let scheme = url.scheme, schemes.contains(scheme.lowercased()),
                let host = url.host, !host.isEmpty, url.fragment == nil, url.user == nil,
                (1...65535).contains(url.port ?? 80), mayHaveQuery || url.query == nil
            else { return nil }
            return text
        }
    }
}
