import Foundation

/// How standard output is shown: in colours on a terminal, plain everywhere else, so that a pipe gets text alone.
struct Screen: Sendable {
    let hasColours: Bool

    static let plain = Screen(hasColours: false)

    /// Standard output as it is now. `NO_COLOR` (any text) and `TERM=dumb` turn colours off.
    static var standardOutput: Screen {
        let environment = ProcessInfo.processInfo.environment
        return Screen(isTerminal: isatty(STDOUT_FILENO) == 1, environment: environment)
    }

    init(hasColours: Bool) { self.hasColours = hasColours }

    init(isTerminal: Bool, environment: [String: String]) {
        let isRefused = !(environment["NO_COLOR"] ?? "").isEmpty
        let terminal = environment["TERM"] ?? ""
        hasColours = isTerminal && !isRefused && !terminal.isEmpty && terminal != "dumb"
    }

    /// The text in its shade. The words say the same without it.
    func show(_ text: String, in shade: Shade?) -> String {
        guard hasColours, let shade, !text.isEmpty else { return text }
        return "\u{1B}[\(shade.rawValue)m\(text)\u{1B}[0m"
    }
}

/// What a colour stands for.
enum Shade: String, Sendable {
    case heading = "1"
    case done = "32"
    case open = "33"
    case failed = "31"
}
