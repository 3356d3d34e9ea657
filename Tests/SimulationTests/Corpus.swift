/// Seeds whose worlds once broke a rule, and what it was. They stay: the same draw may find the next fault nearby.
enum Corpus {
    static let seeds: [UInt64: String] = [
        807: "an exit missed what was still in the air",
        873: "an order outgrew its last fill and stayed live unseen",
        924: "a halt and its lifting at one moment",
        1081: "an exit was blocked by a fill that the book might have counted",
        1097: "an order outgrew its last fill and stayed live unseen",
        6171: "an exit was acknowledged that was kept nowhere, while Sextant was told to stop",
        13203: "a key was forgotten by a step of the same batch",
        13338: "a key that only the emergency file had was forgotten",
        18558: "a key was forgotten before its batch was stored",
        53834: "an order was put into its lane twice",
    ]
}
