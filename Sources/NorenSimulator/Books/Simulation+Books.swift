import Logging

/// Where the books are kept.
enum Bookkeeping {
    /// In memory only.
    case none
    /// Not open yet, or no longer: nothing may happen meanwhile, it would be forgotten.
    case closed(path: String)
    /// `owed` while the last write failed or a new day began: the whole has to be written.
    case open(BooksFile, owed: Bool)
}

/// The books are written before anybody hears of what is in them.
extension Simulation {
    /// Takes over what is in the file, and makes it one line again.
    func openBooks() throws {
        guard case .closed(let path) = bookkeeping else { return }
        let file = try BooksFile(path: path)
        do {
            if let kept = file.kept {
                var continued = exchange
                try continued.restore(kept, at: now)
                exchange = continued
            }
        } catch let error as BooksProblem {
            throw BooksUnusable(path: path, reason: "cannot be continued: \(error.problem)")
        }
        try file.rewrite(exchange.everything)
        exchange.noteKept()
        bookkeeping = .open(file, owed: false)
    }

    /// Writes the last prices, and lets another simulator open the books.
    func closeBooks() {
        guard case .open(let file, _) = bookkeeping else { return }
        try? file.rewrite(exchange.everything)
        bookkeeping = .closed(path: file.path)
    }

    /// Whether what happens now will be remembered as far as anybody can tell.
    var mayChange: Bool {
        if case .closed = bookkeeping { false } else { true }
    }

    /// Whether the books hold all that happened.
    var isKept: Bool {
        switch bookkeeping {
        case .none: true
        case .closed: false
        case .open(_, let owed): !owed
        }
    }

    /// Writes what changed. While that fails nothing is told to anybody, and everything is written as soon as it can be.
    func keepBooks() -> Bool {
        guard case .open(let file, let owed) = bookkeeping else { return mayChange }
        guard owed || exchange.hasUnkept else { return true }
        do {
            if owed { try file.rewrite(exchange.everything) } else { try file.append(exchange.unkept) }
        } catch {
            if !owed {
                logger.critical("the books cannot be written; free the disk", metadata: ["problem": "\(error)"])
            }
            bookkeeping = .open(file, owed: true)
            return false
        }
        exchange.noteKept()
        bookkeeping = .open(file, owed: false)
        return true
    }

    /// A new trading day has new books; what was on its way of the old day is told no more.
    func beginBooks() {
        for account in queues.keys { queues[account]?.loseEvents() }
        owedCopies = [:]
        if case .open(let file, _) = bookkeeping { bookkeeping = .open(file, owed: true) }
    }
}
