/// What an open order blocks of the account's cash: the part that closes a position blocks nothing.
struct MarginHold: Sendable {
    /// For one share or unit.
    let perUnit: Rupees
    /// How many units open or enlarge a position.
    let exposure: Int

    static let none = MarginHold(perUnit: .zero, exposure: 0)

    /// With `remaining` units still unfilled; the closing part is taken to fill first.
    func amount(remaining: Int) -> Rupees { perUnit * min(remaining, exposure) }
}
