/// Finds what somebody meant who mistyped a key.
enum Spelling {
    /// The nearest of `words`, if it is near enough to be meant.
    static func nearest(to word: String, among words: [String]) -> String? {
        let limit = max(1, min(3, word.count / 3))
        return words.map { ($0, distance(Array(word.lowercased()), Array($0))) }
            .filter { $0.1 <= limit }
            .min { $0.1 < $1.1 }?.0
    }

    /// How many letters must be added, removed, changed or swapped with their neighbour.
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var previous: [Int] = []
        var current = Array(0...right.count)
        for row in left.indices {
            let before = previous
            previous = current
            current = [row + 1]
            for column in right.indices {
                var cost = min(previous[column + 1] + 1, current[column] + 1)
                cost = min(cost, previous[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
        }
        return current[right.count]
    }
}
