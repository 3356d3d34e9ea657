/// Rows under a head, aligned by what is displayed; however long, a row stays one line.
struct TextTable {
    struct Column {
        let title: String
        /// Numbers are compared by their last digit.
        var isNumber = false
    }

    struct Cell {
        let text: String
        var shade: Shade?

        init(_ text: String, _ shade: Shade? = nil) {
            self.text = text.printable
            self.shade = shade
        }
    }

    let columns: [Column]
    let rows: [[Cell]]

    func text(on screen: Screen) -> String {
        let head = columns.map { Cell($0.title, .heading) }
        let widths = columns.indices.map { index in
            ([head] + rows).map { $0[index].text.displayWidth }.max() ?? 0
        }
        return ([head] + rows).map { line($0, widths, screen) }.joined(separator: "\n")
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ screen: Screen) -> String {
        var line = ""
        var space = 0
        for (index, cell) in cells.enumerated() {
            let padding = widths[index] - cell.text.displayWidth
            let isNumber = columns[index].isNumber
            if !cell.text.isEmpty {
                line += String(repeating: " ", count: space + (isNumber ? padding : 0))
                line += screen.show(cell.text, in: cell.shade)
                space = isNumber ? 0 : padding
            } else {
                space += padding
            }
            space += 2
        }
        return line
    }
}

extension TextTable.Column: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { title = value }

    static func number(_ title: String) -> Self { Self(title: title, isNumber: true) }
}
