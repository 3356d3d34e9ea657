import CZlib
import Desk
import Engine
import JSONText
import Trading

/// One record of the emergency file: `SXEM`, its length and its checksum, four bytes each, then JSON.
enum EmergencyRecord {
    private static let mark: [UInt8] = Array("SXEM".utf8)
    static let headLength = 12

    static func bytes(of changes: [DeskChanges]) -> [UInt8] {
        let body = Array(JSONValue.array(changes.map(payload)).text.utf8)
        return mark + bytes(UInt32(body.count)) + bytes(checksum(body[...])) + body
    }

    /// Finds what a torn write or a worn disk leaves of a record.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(crc32(0, $0.baseAddress, uInt($0.count))) }
    }

    /// What lies at one place of the file.
    enum Found {
        case record([DeskChanges], next: Int)
        /// A whole record that is not what was written.
        case damaged(next: Int)
        /// No record, or the torn beginning of one: it was never relied on.
        case end
    }

    static func read(_ file: ArraySlice<UInt8>) -> Found {
        let head = file.prefix(headLength)
        guard head.count == headLength, head.starts(with: mark) else { return .end }
        let length = Int(number(head.dropFirst(4).prefix(4)))
        let body = file.dropFirst(headLength).prefix(length)
        let next = body.endIndex
        guard length > 0, body.count == length else { return .end }
        guard checksum(body) == number(head.dropFirst(8)) else {
            // Torn or worn: what follows tells which.
            return file[next...].prefix(4).elementsEqual(mark) ? .damaged(next: next) : .end
        }
        guard let value = try? JSONValue.parse(Array(body)), let elements = value.elements,
            let changes = try? elements.map({ try Self.changes($0) })
        else { return .damaged(next: next) }
        return .record(changes, next: next)
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (UInt32($0) * 8)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    // MARK: Its text; names are stored, so they stay

    private static func payload(_ changes: DeskChanges) -> JSONValue {
        [
            "client": .string(changes.client.text),
            "groups": .array(changes.groups.map(payload)),
            "events": .array(changes.events.map(payload)),
            "notifications": .array(changes.notifications.map(payload)),
            "risk": .array(changes.riskEvents.map(payload)),
        ]
    }

    private static func payload(_ group: Group) -> JSONValue {
        [
            "id": .string(group.id.description), "source": .string(group.source.rawValue),
            "key": JSONValue(group.idempotencyKey), "content_hash": .string(group.contentHash),
            "request": .string(group.request), "received_at": JSONValue(Int(group.receivedAt.microseconds)),
            "commands": .array(group.commands.map { .string($0.description) }),
        ]
    }

    private static func payload(_ event: OrderEvent) -> JSONValue {
        [
            "command": .string(event.command.description), "sequence": JSONValue(event.sequence),
            "at": JSONValue(Int(event.at.microseconds)), "kind": .string(event.fact.kind.rawValue),
            "payload": event.fact.payload,
        ]
    }

    private static func payload(_ notification: Notification) -> JSONValue {
        [
            "kind": .string(notification.kind.rawValue), "severity": .string(notification.severity.rawValue),
            "text": .string(notification.text), "command": JSONValue(notification.command?.description),
            "at": JSONValue(Int(notification.at.microseconds)),
        ]
    }

    private static func payload(_ event: RiskEvent) -> JSONValue {
        let day = event.day
        return [
            "kind": .string(event.kind.rawValue), "day": JSONValue(day.day.number),
            "max_loss": JSONValue(Int(day.maxLoss.tenThousandths)), "floor": JSONValue(Int(day.floor.tenThousandths)),
            "peak": JSONValue(Int(day.peak.tenThousandths)), "lowest": JSONValue(Int(day.lowest.tenThousandths)),
            "profit": JSONValue(Int(day.profit.tenThousandths)),
            "warned_at": JSONValue(Int(day.warnedAt?.microseconds ?? 0)),
            "breached_at": JSONValue(Int(day.breachedAt?.microseconds ?? 0)),
            "losing_days": JSONValue(day.losingDays), "cooldown_until": JSONValue(day.cooldownUntil?.number ?? 0),
            "updated_at": JSONValue(Int(day.updatedAt.microseconds)),
        ]
    }

    /// Zero stands for a time or day that is not there.
    private static func riskEvent(_ value: JSONValue) throws -> RiskEvent {
        func money(_ name: String) throws -> Money { Money(tenThousandths: Int64(try value.integer(name))) }
        func time(_ name: String) throws -> Timestamp? { try value.integer(name) == 0 ? nil : try value.time(name) }
        guard let day = TradingDay(number: try value.integer("day")) else { throw PayloadError(field: "day") }
        return RiskEvent(
            try value.read("kind") { RiskEvent.Kind(rawValue: $0) },
            RiskDay(
                day: day,
                maxLoss: try money("max_loss"),
                floor: try money("floor"),
                peak: try money("peak"),
                lowest: try money("lowest"),
                profit: try money("profit"),
                warnedAt: try time("warned_at"),
                breachedAt: try time("breached_at"),
                losingDays: try value.integer("losing_days"),
                cooldownUntil: TradingDay(number: try value.integer("cooldown_until")),
                updatedAt: try value.time("updated_at")
            )
        )
    }

    private static func changes(_ value: JSONValue) throws -> DeskChanges {
        var changes = DeskChanges(client: ClientID(try value.text("client")))
        changes.groups = try value.list("groups").map { group in
            Group(
                id: try group.read("id") { GroupID($0) },
                source: try group.read("source") { Source(rawValue: $0) },
                idempotencyKey: group["key"]?.string,
                contentHash: try group.text("content_hash"),
                request: try group.text("request"),
                receivedAt: try group.time("received_at"),
                commands: try group.list("commands").compactMap { $0.string.flatMap { CommandID($0) } }
            )
        }
        changes.events = try value.list("events").map { event in
            OrderEvent(
                command: try event.read("command") { CommandID($0) },
                sequence: try event.integer("sequence"),
                at: try event.time("at"),
                fact: try OrderFact(
                    kind: try event.read("kind") { OrderFact.Kind(rawValue: $0) },
                    payload: event["payload"] ?? .null
                )
            )
        }
        // A file of an older Sextant knows of none.
        changes.riskEvents = try (value["risk"]?.elements ?? []).map { try riskEvent($0) }
        changes.notifications = try value.list("notifications").map { notification in
            Notification(
                kind: try notification.read("kind") { Notification.Kind(rawValue: $0) },
                severity: try notification.read("severity") { Notification.Severity(rawValue: $0) },
                text: try notification.text("text"),
                command: notification["command"]?.string.flatMap { CommandID($0) },
                at: try notification.time("at")
            )
        }
        return changes
    }
}

extension JSONValue {
    fileprivate func text(_ name: String) throws(PayloadError) -> String {
        guard let text = self[name]?.string else { throw PayloadError(field: name) }
        return text
    }

    fileprivate func list(_ name: String) throws(PayloadError) -> [JSONValue] {
        guard let elements = self[name]?.elements else { throw PayloadError(field: name) }
        return elements
    }

    fileprivate func integer(_ name: String) throws(PayloadError) -> Int {
        guard let number = self[name]?.integer else { throw PayloadError(field: name) }
        return number
    }

    fileprivate func time(_ name: String) throws(PayloadError) -> Timestamp {
        Timestamp(microseconds: Int64(try integer(name)))
    }

    fileprivate func read<Value>(_ name: String, _ make: (String) -> Value?) throws(PayloadError) -> Value {
        guard let value = make(try text(name)) else { throw PayloadError(field: name) }
        return value
    }
}
