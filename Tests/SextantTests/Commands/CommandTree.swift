import ArgumentParser
import Testing

@testable import sextant

/// Every command there is, found by walking from the root.
enum CommandTree {
    struct Entry: Sendable, CustomTestStringConvertible {
        let path: [String]
        let type: any ParsableCommand.Type

        var testDescription: String { (["sextant"] + path).joined(separator: " ") }

        /// The `sextant …` lines under EXAMPLES, without what explains them.
        var examples: [String] {
            let lines = type.configuration.discussion.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.drop { $0 != "EXAMPLES" }.dropFirst().prefix { !$0.isEmpty }
                .map { $0.drop { $0 == " " } }.filter { $0.hasPrefix("sextant ") }
                .map { $0.prefix(upTo: $0.firstRange(of: "   ")?.lowerBound ?? $0.endIndex) }.map(String.init)
        }
    }

    static let all = entries(Sextant.self, path: [])

    private static func entries(_ type: any ParsableCommand.Type, path: [String]) -> [Entry] {
        let children = type.configuration.subcommands.flatMap { child in
            entries(child, path: path + [child.configuration.commandName ?? "\(child)".lowercased()])
        }
        return [Entry(path: path, type: type)] + children
    }

    /// The words of a line as a shell splits it, double quotes taken off.
    static func words(_ line: String) -> [String] {
        var words: [String] = []
        var isQuoted = false
        var isNew = true
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case " " where !isQuoted: isNew = true
            default:
                if isNew { words.append("") }
                isNew = false
                words[words.count - 1].append(character)
            }
        }
        return words
    }
}
