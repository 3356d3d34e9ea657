/// Cuts an order into pieces that the exchange takes: it freezes quantities above a limit of the instrument's.
public enum Slicing {
    /// Quantities that sum exactly to `quantity`, in the fewest pieces: each at most `largest`, all but the last whole
    /// lots and all of the same size. One piece where nothing is known of a limit, or where no lot fits in it.
    public static func pieces(of quantity: Int, largest: Int?, lot: Int) -> [Int] {
        guard quantity > 0 else { return [] }
        guard let largest, lot > 0, largest >= lot, quantity > largest else { return [quantity] }
        let size = largest - largest % lot
        let whole = quantity / size
        let rest = quantity % size
        return Array(repeating: size, count: whole) + (rest > 0 ? [rest] : [])
    }
}
