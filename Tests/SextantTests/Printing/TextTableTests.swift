import Testing

@testable import sextant

struct TextTableTests {
    typealias Cell = TextTable.Cell

    static func table(_ first: String, _ second: String = "x") -> TextTable {
        TextTable(columns: ["NAME", .number("QTY"), "WHY"], rows: [[Cell(first), Cell("5"), Cell(second)]])
    }

    @Test func `columns start where the widest cell ends, numbers end together`() {
        let rows = [[Cell("a"), Cell("5"), Cell("")], [Cell("longer"), Cell("1200"), Cell("b")]]
        let text = TextTable(columns: ["NAME", .number("QTY"), "WHY"], rows: rows).text(on: .plain)
        #expect(text == "NAME     QTY  WHY\na          5\nlonger  1200  b")
    }

    @Test(arguments: [
        ("M&M-EQ", 6), ("é", 1), ("e\u{301}", 1), ("株式", 4), ("👍", 2), ("👩‍👩‍👧", 2), ("ﾊ", 1), ("Ａ", 2), ("a\u{200B}b", 2),
        ("", 0),
    ])
    func `widths are what a terminal shows`(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test func `a wide name does not push the other columns out of line`() {
        let rows = [[Cell("株式"), Cell("5"), Cell("x")], [Cell("abcd"), Cell("5"), Cell("x")]]
        let lines = TextTable(columns: ["NAME", .number("QTY"), "WHY"], rows: rows).text(on: .plain).split(
            separator: "\n"
        )
        #expect(lines[1] == "株式    5  x")
        #expect(lines[2] == "abcd    5  x")
    }

    @Test func `a row is one line and obeys nobody, whatever the broker wrote`() {
        let text = Self.table("a\nb", "\u{1B}[31mred\u{7}\u{9B}2J\u{2028}end").text(on: Screen(hasColours: true))
        #expect(text.split(separator: "\n").count == 2)
        #expect(text.contains("a b"))
        #expect(!text.contains("\u{1B}[31m") && !text.contains("\u{7}") && !text.contains("\u{9B}"))
    }

    @Test func `a long row stays one line`() {
        let why = String(repeating: "because ", count: 200)
        #expect(Self.table("a", why).text(on: .plain).split(separator: "\n").last?.hasSuffix(why) == true)
    }

    @Test func `colours take no room and change no word`() {
        let rows = [[Cell("EXECUTED", .done), Cell("5"), Cell("x")]]
        let table = TextTable(columns: ["NAME", .number("QTY"), "WHY"], rows: rows)
        let plain = table.text(on: .plain)
        let coloured = table.text(on: Screen(hasColours: true))
        #expect(coloured.contains("\u{1B}[32mEXECUTED\u{1B}[0m"))
        #expect(coloured.replacing(#/\u{1B}\[[0-9]+m/#, with: "") == plain)
    }

    @Test(arguments: [
        (true, ["TERM": "xterm"], true), (false, ["TERM": "xterm"], false), (true, ["TERM": "dumb"], false),
        (true, [:], false), (true, ["TERM": "xterm", "NO_COLOR": "1"], false),
        (true, ["TERM": "xterm", "NO_COLOR": ""], true),
    ])
    func `colours are for terminals that want them`(isTerminal: Bool, environment: [String: String], colours: Bool) {
        #expect(Screen(isTerminal: isTerminal, environment: environment).hasColours == colours)
    }

    @Test(arguments: [("S", "S"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("M&M-EQ", "'M&M-EQ'")])
    func `a suggested command can be typed as it stands`(text: String, word: String) {
        #expect(text.shellWord == word)
    }
}
