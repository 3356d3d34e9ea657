import Desk
import JSONText

extension BookRead {
    /// Reads every row or none: one that cannot be read makes the whole book unknown.
    init(_ outcome: CallOutcome, row: (NorenRow) throws(RowFlaw) -> Row) {
        switch outcome {
        case .notSent(let why), .lost(let why): self = .unknown(ReadFailure(.unreachable, why))
        case .oversized(let what): self = .unknown(ReadFailure(.garbled, what))
        case .answered(let status, let body):
            switch NorenAnswer(status: status, body: body).content {
            case .list(let rows): self = Self.read(rows, row)
            case .notOk(let text): self = Self.refused(RefusalText(text: text))
            case .ok: self = .unknown(ReadFailure(.garbled, "an object instead of a list"))
            case .unusable(let what): self = .unknown(ReadFailure(.garbled, what))
            }
        }
    }

    private static func read(_ values: [JSONValue], _ row: (NorenRow) throws(RowFlaw) -> Row) -> Self {
        guard !values.isEmpty else { return .empty }
        var rows: [Row] = []
        rows.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            do throws(RowFlaw) {
                rows.append(try row(NorenRow(value)))
            } catch {
                return .unknown(ReadFailure(.garbled, "row \(index + 1) of \(values.count): \(error)"))
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
