import Foundation

/// Where one run of the bench works, and how it tells its figures.
struct Workbench: Sendable {
    let folder: String
    /// Orders that are taken through their whole life.
    let orders: Int

    init(orders: Int) throws {
        self.orders = orders
        folder =
            FileManager.default.temporaryDirectory.path + "/sextant-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    /// One figure with the limits that it is judged by.
    func report(_ section: BenchSection, _ what: String, _ figure: String, _ limits: Limit...) {
        let name = section.rawValue.padded(to: 9) + what.padded(to: 31)
        announce(([name + figure] + limits.map(\.description)).joined(separator: "; "))
    }
}

/// What a figure is judged by, and whether it passes. Said, never an exit code: a figure that is missed on a busy machine
/// is no broken build.
struct Limit: CustomStringConvertible {
    let description: String

    init(_ text: String, met: Bool) { description = "\(text): \(met ? "met" : "missed")" }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        padding(toLength: max(width, count), withPad: " ", startingAt: 0)
    }
}

extension Int {
    /// With a comma before each three digits.
    var grouped: String {
        var text = String(magnitude)
        var index = text.count - 3
        while index > 0 {
            text.insert(",", at: text.index(text.startIndex, offsetBy: index))
            index -= 3
        }
        return (self < 0 ? "-" : "") + text
    }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
