import Desk

extension BookRead {
    /// Reads every row or none: one that cannot be read makes the whole book unknown.
    ///
    /// `takesObject`: the answer is one object, which is the only row. `listedIn`: the rows are a list inside the answer.
    init(
        _ outcome: CallOutcome,
        takesObject: Bool = false,
        listedIn list: FieldName? = nil,
        row: (NorenRow) throws(RowFlaw) -> Row
    ) {
        switch outcome {
        case .notSent(let why), .lost(let why): self = .unknown(ReadFailure(.unreachable, why))
        case .oversized(let what): self = .unknown(ReadFailure(.garbled, what))
        case .answered(let status, let body):
            switch NorenAnswer(status: status, body: body).content {
            case .list(let rows): self = Self.read(rows, row)
            case .notOk(let text): self = Self.refused(RefusalText(text: text))
            case .ok(let object):
                if let rows = list.flatMap({ object.list($0) }) ?? (takesObject ? [object] : nil) {
                    self = Self.read(rows, row)
                } else {
                    self = .unknown(ReadFailure(.garbled, "an object instead of a list"))
                }
            case .unusable(let what): self = .unknown(ReadFailure(.garbled, what))
            }
        }
    }

    private static func read(_ found: [NorenRow], _ row: (NorenRow) throws(RowFlaw) -> Row) -> Self {
        guard !found.isEmpty else { return .empty }
        var rows: [Row] = []
        rows.reserveCapacity(found.count)
        for (index, one) in found.enumerated() {
            do throws(RowFlaw) {
                rows.append(try row(one))
            } catch {
                return .unknown(ReadFailure(.garbled, "row \(index + 1) of \(found.count): \(error)"))
            }
        }
        return .known(rows)
    }

    private static func refused(_ refusal: RefusalText) -> Self {
        if refusal.isSessionExpired { return .unknown(ReadFailure(.sessionExpired, refusal.text)) }
        if refusal.isThrottling { return .unknown(ReadFailure(.throttled, refusal.text)) }
        if refusal.isEmptyBook { return .empty }
        return .unknown(ReadFailure(.refused, refusal.text.isEmpty ? "Not_Ok without a text" : refusal.text))
    }
}
