extension String {
    /// How many columns a terminal needs for it.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The text on one line and without anything that a terminal would obey: brokers and alerts may send what they like.
    var printable: String {
        let hidden: Set<Unicode.GeneralCategory> = [.control, .lineSeparator, .paragraphSeparator]
        guard unicodeScalars.contains(where: { hidden.contains($0.properties.generalCategory) }) else { return self }
        let shown = unicodeScalars.map { hidden.contains($0.properties.generalCategory) ? " " : $0 }
        return String(String.UnicodeScalarView(shown))
    }
}

extension Character {
    /// 2 for ideographs and emoji, 0 for what only changes its neighbour, else 1.
    fileprivate var displayWidth: Int {
        guard let first = unicodeScalars.first else { return 0 }
        let isPicture = first.properties.isEmojiPresentation || unicodeScalars.contains("\u{FE0F}")
        if isPicture || Self.wide.contains(where: { $0.contains(first.value) }) { return 2 }
        return unicodeScalars.contains { !Self.zero.contains($0.properties.generalCategory) } ? 1 : 0
    }

    private static let zero: Set<Unicode.GeneralCategory> = [.nonspacingMark, .enclosingMark, .format, .control]
    /// East Asian Wide and Fullwidth (Unicode Standard Annex 11), in the blocks where they live.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
