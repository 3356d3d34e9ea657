/// All that is wrong with a configuration file: its description has one line for each problem, in the file's order.
struct ConfigurationError: Error, Equatable {
    struct Problem: Hashable, Sendable {
        /// Nil if the file as a whole is meant.
        var line: Int?
        /// Empty if no single key is meant.
        var key = ""
        /// What is wrong; what to do. Never holds a secret.
        var text: String
    }

    let file: String
    let problems: [Problem]

    init(file: String, problems: [Problem]) {
        self.file = file
        var seen: Set<Problem> = []
        // What an alias repeats is said once. The sort is stable: the problems of one line stay in the table's order.
        self.problems = problems.filter { seen.insert($0).inserted }
            .sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }
}

extension ConfigurationError: CustomStringConvertible {
    var description: String {
        problems.map { problem in
            let place = problem.line.map { "\(file):\($0)" } ?? file
            let line = problem.key.isEmpty ? "\(place): \(problem.text)" : "\(place): \(problem.key): \(problem.text)"
            // Keys and values may hold anything, a line break too.
            return String(line.map { $0.isNewline || $0 == "\u{1B}" ? " " : $0 })
        }
        .joined(separator: "\n")
    }
}
