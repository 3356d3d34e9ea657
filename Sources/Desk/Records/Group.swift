public import Trading

/// The orders that one alert became.
public struct Group: Hashable, Sendable {
    public let id: GroupID
    public let source: Source
    public let idempotencyKey: String?
    public let contentHash: String
    public let request: String
    public let receivedAt: Timestamp
    /// In order of their legs.
    public internal(set) var commands: [CommandID]

    public init(
        id: GroupID,
        source: Source,
        idempotencyKey: String?,
        contentHash: String,
        request: String,
        receivedAt: Timestamp,
        commands: [CommandID] = []
    ) {
        self.id = id
        self.source = source
        self.idempotencyKey = idempotencyKey
        self.contentHash = contentHash
        self.request = request
        self.receivedAt = receivedAt
        self.commands = commands
    }
}

/// Groups by id, by key and by content.
struct GroupTable: Sendable {
    private(set) var groups: [GroupID: Group] = [:]
    private var byKey: [String: GroupID] = [:]
    private var byContent: [String: [GroupID]] = [:]

    subscript(id: GroupID) -> Group? { groups[id] }

    func known(key: String) -> Group? { byKey[key].flatMap { groups[$0] } }

    func latest(content: String) -> Group? { byContent[content]?.max().flatMap { groups[$0] } }

    mutating func set(_ group: Group?, for id: GroupID) {
        let old = groups.updateValueOrRemove(group, for: id)
        if old?.idempotencyKey != group?.idempotencyKey {
            if let key = old?.idempotencyKey, byKey[key] == id { byKey[key] = nil }
            if let key = group?.idempotencyKey { byKey[key] = id }
        }
        let content = old?.contentHash ?? ""
        guard content != group?.contentHash ?? "" else { return }
        if !content.isEmpty {
            byContent[content]?.removeAll { $0 == id }
            if byContent[content]?.isEmpty == true { byContent[content] = nil }
        }
        if let new = group?.contentHash, !new.isEmpty { byContent[new, default: []].append(id) }
    }
}

extension Dictionary {
    /// Sets or removes, and returns what was there.
    @discardableResult mutating func updateValueOrRemove(_ value: Value?, for key: Key) -> Value? {
        if let value { updateValue(value, forKey: key) } else { removeValue(forKey: key) }
    }
}
