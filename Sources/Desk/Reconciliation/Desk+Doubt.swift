import Trading

extension Desk {
    mutating func doubt(_ book: BookKind, at now: Timestamp) {
        let since = view.implausibleSince[book] ?? now
        view.implausibleSince[book] = since
        guard now - since >= DeskSettings.implausibleAlert, !view.implausibleReported else { return }
        view.implausibleReported = true
        let text = "the broker's \(book.rawValue) book has contradicted what is known for \((now - since).inSeconds); "
        notify(.implausible, .critical, text + "entries are blocked until it agrees", at: now)
    }

    mutating func trust(_ book: BookKind, in output: inout DeskOutput) {
        output.trusted = book
        view.implausibleSince[book] = nil
        if view.implausibleSince.isEmpty { view.implausibleReported = false }
    }
}
