import Desk
@testable import Gateway
import NIOCore
import Synchronization
import Testing
import Trading

@Suite struct LiveFeedTests {
    private static func change(_ client: ClientID, _ text: String) -> DeskChanges {
        var change = DeskChanges(client: client)
        let at = Timestamp(microseconds: 1_790_000_000_000_000)
        change.notifications = [Notification(kind: .blocked, severity: .notice, text: text, at: at)]
        return change
    }

    private static func feed() -> LiveFeed { LiveFeed(now: { Timestamp(microseconds: 1_790_000_000_000_000) }) }

    @Test func `a reader that does not read is let go, and holds up nobody`() async throws {
        let feed = Self.feed()
        let closed = Mutex(0)
        let slow = try #require(feed.join(["A"], after: nil) { closed.withLock { $0 += 1 } })
        let quick = try #require(feed.join(["A"], after: nil) { Issue.record("the quick one keeps up") })
        var events = quick.events.makeAsyncIterator()
        for number in 1...6001 {
            feed.tell(Self.change("A", "\(number)"))
            let bytes = try #require(await events.next())
            #expect(String(buffer: bytes).contains(#""text":"\#(number)""#))
        }
        #expect(closed.withLock { $0 } == 1)
        var rest = 0
        for await _ in slow.events { rest += 1 }
        #expect(rest == 6000, "what it was given it may still read")
    }

    @Test func `a position that is kept goes on behind it, an older one and another process's say so`() async throws {
        let feed = Self.feed()
        let begun = try #require(feed.join(["A"], after: nil) {}).position
        for number in 1...5000 { feed.tell(Self.change(number % 2 == 0 ? "A" : "B", "\(number)")) }
        let late = StreamPosition(process: begun.process, number: 4990, at: begun.at)
        let reader = try #require(feed.join(["A"], after: late) {})
        #expect(reader.isComplete)
        feed.end()
        var texts: [String] = []
        for await bytes in reader.events { texts.append(String(buffer: bytes)) }
        #expect(texts.count == 5)  // 4992, 4994 … 5000
        #expect(feed.join(["A"], after: nil) {} == nil)
        let other = Self.feed()
        for number in 1...5000 { other.tell(Self.change("A", "\(number)")) }
        #expect(
            other.join(["A"], after: StreamPosition(process: begun.process, number: 1, at: begun.at)) {}?.isComplete
                == false
        )
        let foreign = StreamPosition(process: begun.process + 1, number: 4999, at: begun.at)
        #expect(other.join(["A"], after: foreign) {}?.isComplete == false)
    }

    @Test func `no event can end its line`() async throws {
        let feed = Self.feed()
        let reader = try #require(feed.join(["A"], after: nil) {})
        feed.tell(Self.change("A", "one\n\nevent: order\ndata: {}\r\n\u{2028}"))
        feed.end()
        var all = ""
        for await bytes in reader.events { all += String(buffer: bytes) }
        #expect(all.split(separator: "\n", omittingEmptySubsequences: false).count == 5)
        #expect(!all.contains("\r"))
    }

    @Test(arguments: ["", "1-2", "1-2-x", "1--2", "-1-2-3", "1-2-3-4", "9999999999999999999-1-1"])
    func `what is no id is none`(text: String) { #expect(StreamPosition(text) == nil) }
}
