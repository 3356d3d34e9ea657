import Desk
import JSONText
import NIOCore
import Trading

/// What an event of the stream tells.
enum StreamEvent: String, Sendable, CaseIterable {
    /// The first one: from here on nothing is missed.
    case hello
    /// An order as it is now.
    case order
    /// What a strategy holds now; quantity 0 once that is nothing.
    case position
    case halt
    case notification
    /// Something may have been missed but orders: positions, halts and notifications are to be read again.
    case reload

    /// As `text/event-stream` has it. `text` has no line breaks.
    func bytes(_ text: String, _ position: StreamPosition) -> ByteBuffer {
        ByteBuffer(string: "event: \(rawValue)\nid: \(position)\ndata: \(text)\n\n")
    }
}

extension JSONValue {
    static func halt(_ client: ClientID, _ scope: Halt.Scope, _ halt: Halt?) -> JSONValue {
        [
            "client": .string(client.text),
            "scope": .string(scope.word.rawValue),
            "name": JSONValue(scope.name),
            "mode": JSONValue(halt?.mode.rawValue),
            "by": JSONValue(halt?.by),
            "reason": JSONValue(halt?.reason),
            "at": JSONValue(halt?.at.description),
        ]
    }

    static func notification(_ client: ClientID, _ one: Notification) -> JSONValue {
        [
            "client": .string(client.text),
            "kind": .string(one.kind.rawValue),
            "severity": .string(one.severity.rawValue),
            "text": .string(one.text),
            "command_id": JSONValue(one.command?.description),
            "at": .string(one.at.description),
        ]
    }
}
