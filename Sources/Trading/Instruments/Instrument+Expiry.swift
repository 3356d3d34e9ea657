extension Instrument {
    private static let derivatives: Set<Exchange> = ["NFO", "BFO", "MCX", "CDS", "BCD"]
    private static let months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]

    /// The last day it trades, where its symbol spells one (`NIFTY24NOV26C25000`): masters no longer list what is over. Nil
    /// in the cash market, and for symbols that spell none.
    public var expiryInSymbol: CivilDate? {
        guard Self.derivatives.contains(exchange) else { return nil }
        let letters = Array(symbol.utf8)
        guard letters.count >= 7 else { return nil }
        // The underlying comes first: the last date is the contract's.
        for start in (0...letters.count - 7).reversed() {
            let text = String(decoding: letters[start..<start + 7], as: UTF8.self)
            if let date = Self.date(text) { return date }
        }
        return nil
    }

    /// `24NOV26`.
    private static func date(_ text: String) -> CivilDate? {
        let (day, rest) = (text.prefix(2), text.dropFirst(2))
        let (name, year) = (String(rest.prefix(3)), rest.dropFirst(3))
        guard day.utf8.allSatisfy(isDigit), year.utf8.allSatisfy(isDigit), let month = months.firstIndex(of: name),
            let dayNumber = Int(day), let yearNumber = Int(year)
        else { return nil }
        return CivilDate(year: 2000 + yearNumber, month: month + 1, day: dayNumber)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
