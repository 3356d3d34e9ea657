/// Seeds whose worlds once broke a rule, and what it was. They stay: the same draw may find the next fault nearby.
enum Corpus {
    static let seeds: [UInt64: String] = [
        807: "an exit missed what was still in the air",
        873: "an order outgrew its last fill and stayed live unseen",
        924: "a halt and its lifting at one moment",
        1081: "an exit was blocked by a fill that the book might have counted",
        1097: "an order outgrew its last fill and stayed live unseen",
    ]
}
