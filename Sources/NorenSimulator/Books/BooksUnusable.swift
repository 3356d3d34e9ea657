/// Why books cannot be used: one line for the person who has to see to it.
struct BooksUnusable: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "\(path) \(reason)" }
}

/// A line that is not as it was written. `problem` names what is wrong with it.
struct BooksProblem: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
}
