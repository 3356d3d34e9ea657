import Desk
import Testing
import Trading

@testable import Engine

@Suite struct SessionTests {
    let start = Timestamp(microseconds: 1_800_000_000_000_000)

    @Test func `exits open when every book was read once, not before`() {
        var session = Session(at: start)
        session.beginLogin()
        session.loginEnded(.loggedIn, at: start)
        session.bookKnown(.orders, began: start)
        session.bookKnown(.trades, began: start)
        #expect(!session.hasOpened)
        session.bookKnown(.positions, began: start)
        #expect(session.hasOpened && session.isReconciled)
    }

    @Test func `a refused login is not tried again`() {
        var session = Session(at: start)
        session.beginLogin()
        session.loginEnded(.refused("Wrong Password"), at: start)
        #expect(!session.isLoginDue(at: start + .seconds(3600)))
    }

    @Test func `an unreachable broker is tried again, later each time`() {
        var session = Session(at: start)
        var now = start
        for pause in [1, 2, 5, 10, 10] {
            session.beginLogin()
            session.loginEnded(.unreachable("refused"), at: now)
            #expect(!session.isLoginDue(at: now + .milliseconds(pause * 1000 - 1)))
            now = now + .seconds(pause)
            #expect(session.isLoginDue(at: now))
        }
    }

    @Test func `many calls that hear of the session's end start one login`() {
        var session = Session(at: start)
        session.loginEnded(.loggedIn, at: start)
        let later = start + .seconds(60)
        session.expired(callBegan: later, at: later)
        #expect(session.isLoginDue(at: later))
        session.beginLogin()
        session.expired(callBegan: later, at: later)
        #expect(!session.isLoginDue(at: later))
        session.loginEnded(.loggedIn, at: later + .seconds(1))
        session.expired(callBegan: later, at: later + .seconds(2))
        #expect(session.isLive)
    }

    @Test func `a read of an earlier session says nothing of this one`() {
        var session = Session(at: start)
        session.loginEnded(.loggedIn, at: start)
        for kind in BookKind.allCases { session.bookKnown(kind, began: start - .milliseconds(1)) }
        #expect(!session.hasOpened)
    }

    @Test func `two servers that log each other out do so ever more slowly`() {
        var session = Session(at: start)
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<5 {
            session.loginEnded(.loggedIn, at: now)
            now = now + .seconds(10)
            session.expired(callBegan: now, at: now)
            var pause = Duration.zero
            while !session.isLoginDue(at: now + pause) { pause += .seconds(1) }
            pauses.append(pause)
        }
        #expect(pauses == [.seconds(5), .seconds(15), .seconds(60), .seconds(60), .seconds(60)])
    }

    @Test func `books are read again after a new login, and entries wait for them`() {
        var session = Session(at: start)
        session.loginEnded(.loggedIn, at: start)
        for kind in BookKind.allCases { session.bookKnown(kind, began: start) }
        session.expired(callBegan: start + .seconds(60), at: start + .seconds(60))
        session.beginLogin()
        session.loginEnded(.loggedIn, at: start + .seconds(61))
        #expect(session.hasOpened && !session.isReconciled)
    }

    @Test func `a repeated warning passes once a minute and says how many were held back`() {
        var limiter = LogLimiter()
        let first = limiter.pass("book", at: start)
        let held = (1..<60).map { limiter.pass("book", at: start + .seconds($0)) }
        let other = limiter.pass("other", at: start + .seconds(30))
        let next = limiter.pass("book", at: start + .seconds(60))
        #expect(first == 0 && other == 0 && next == 59)
        #expect(held.allSatisfy { $0 == nil })
    }

    @Test func `a book that takes long is read at most half of the time, however much it is wanted`() {
        var watcher = OrderWatcher()
        watcher.queued(.orders)
        watcher.began(.orders, at: start)
        let isTaken = watcher.ended(.orders, began: start, failed: false, at: start + .milliseconds(800))
        #expect(isTaken)
        watcher.want(.orders)
        #expect(!watcher.isDue(.orders, every: .seconds(5), at: start + .milliseconds(1500)))
        #expect(watcher.isDue(.orders, every: .seconds(5), at: start + .milliseconds(1600)))
    }

    @Test func `one read of a book at a time, and wanted ones with a little space between`() {
        var watcher = OrderWatcher()
        #expect(watcher.isDue(.orders, every: nil, at: start))
        watcher.queued(.orders)
        watcher.began(.orders, at: start)
        #expect(!watcher.isDue(.orders, every: .seconds(1), at: start + .milliseconds(1900)))
        let isTaken = watcher.ended(.orders, began: start, failed: false, at: start + .milliseconds(1900))
        #expect(isTaken)
        #expect(watcher.isDue(.orders, every: .seconds(1), at: start + .milliseconds(1900)))
        #expect(!watcher.isDue(.orders, every: nil, at: start + .seconds(5)))
        watcher.want(.orders)
        #expect(watcher.isDue(.orders, every: nil, at: start + .seconds(5)))
    }

    @Test func `a read that does not come back gets one beside it, and is out of date when that was quicker`() {
        var watcher = OrderWatcher()
        watcher.queued(.orders)
        #expect(!watcher.isDue(.orders, every: .seconds(1), at: start + .seconds(60)))  // it waits in its lane
        watcher.began(.orders, at: start)
        let later = start + .seconds(2)
        #expect(watcher.isDue(.orders, every: .seconds(1), at: later))
        watcher.queued(.orders)
        watcher.began(.orders, at: later)
        #expect(!watcher.isDue(.orders, every: .seconds(1), at: start + .seconds(60)))
        let isLaterTaken = watcher.ended(.orders, began: later, failed: false, at: later + .seconds(1))
        #expect(isLaterTaken)
        let isFirstTaken = watcher.ended(.orders, began: start, failed: true, at: start + .seconds(6))
        #expect(!isFirstTaken)
        #expect(watcher.isDue(.orders, every: .seconds(1), at: start + .seconds(6)))
    }
}
