import Desk
import Trading

/// Items that were stepped together and become one commit.
struct Batch {
    /// What one item came to; not performed before it is durable.
    struct Step {
        let runtime: ClientRuntime
        let output: DeskOutput
        let id: CommandID
        let at: Timestamp

        init(_ runtime: ClientRuntime, _ output: DeskOutput, _ id: CommandID, _ now: Timestamp) {
            self.runtime = runtime
            self.output = output
            self.id = id
            at = now
        }
    }

    var items: [Inbox.Item] = []
    /// One for each item.
    var steps: [Step] = []

    var isEmpty: Bool { steps.isEmpty }

    /// The clients that were stepped, each once, in order.
    var runtimes: [ClientRuntime] { Self.runtimes(of: steps) }

    /// What is to be stepped again: its commit failed, and may have happened nevertheless.
    var itemsAsStepped: [Inbox.Item] {
        zip(items, steps).map { item, step in
            var item = item
            item.first = (step.id, step.at)
            return item
        }
    }

    static func runtimes(of steps: [Step]) -> [ClientRuntime] {
        Dictionary(steps.map { ($0.runtime.id, $0.runtime) }, uniquingKeysWith: { first, _ in first })
            .sorted { $0.key < $1.key }.map(\.value)
    }
}

extension Engine {
    /// Whether something is stepped already on top of a commit that is under way.
    var isSteppingAhead: Bool { itemsSteppedAhead > 0 }

    var itemsSteppedAhead: Int { flight == nil ? 0 : next.items.count }
}

/// A batch on its way into the store.
struct Flight {
    let batch: Batch
    let changes: [DeskChanges]
    /// Nil while the commit is under way.
    var outcome: Result<Void, JournalError>?
    /// How many batches of a trouble's backlog it is made of; none as a rule.
    var backlog = 0
}
