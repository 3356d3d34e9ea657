import Desk
import Engine
import Foundation
import Testing
import Trading

@testable import StoreSQLite

/// The emergency file itself: what append returned from is there, whatever happened to the rest.
@Suite struct EmergencyLogTests {
    let folder: StoreFolder

    init() throws { folder = try StoreFolder() }

    var path: String { "\(folder.path)/emergency" }

    private func open() throws -> EmergencyLog { try EmergencyLog.open(path: path, deadline: .seconds(60)) }

    private func changes(_ number: Int) throws -> DeskChanges {
        var changes = try OrderStory(.sample(number)).changes
        changes.notifications = [
            Notification(kind: .storeFailed, severity: .critical, text: "n \(number)", at: Timestamp(microseconds: 1))
        ]
        let at = Timestamp(microseconds: 1_795_406_400_000_000)
        let loss = Money(tenThousandths: 50_000)
        let day = RiskDay(day: TradingDay(at), maxLoss: loss, losingDays: number, updatedAt: at)
        let breached = RiskDay(
            day: TradingDay(at),
            maxLoss: loss,
            floor: Money(tenThousandths: -40_000),
            peak: Money(tenThousandths: 10_001),
            lowest: Money(tenThousandths: -60_000),
            profit: Money(tenThousandths: -50_000),
            warnedAt: at,
            breachedAt: at + .seconds(number),
            losingDays: number,
            cooldownUntil: TradingDay(at + .seconds(2 * 86_400)),
            updatedAt: at + .seconds(number)
        )
        changes.riskEvents = [RiskEvent(.began, day), RiskEvent(.breached, breached)]
        return changes
    }

    private func expect(_ found: [DeskChanges], _ numbers: [Int]) throws {
        let expected = try numbers.map { try changes($0) }
        #expect(found.map(\.events) == expected.map(\.events))
        #expect(found.map(\.groups) == expected.map(\.groups))
        #expect(found.map(\.notifications) == expected.map(\.notifications))
        #expect(found.map(\.riskEvents) == expected.map(\.riskEvents))
    }

    @Test func `what was kept is there again, events, groups, risk and notifications alike`() async throws {
        let log = try open()
        for number in 1...3 { try await log.append([try changes(number)], isVital: true) }
        log.close()
        let again = try open()
        try expect(try await again.contents(), [1, 2, 3])
        try await again.append([try changes(4)], isVital: true)
        again.close()
        try expect(try open().found.flatMap(\.self), [1, 2, 3, 4])
    }

    @Test func `every event of every kind comes back as it was`() async throws {
        let log = try open()
        let story = try OrderStory.everyState().changes(of: "FA00001")
        try await log.append([story], isVital: true)
        log.close()
        #expect(try open().found.flatMap(\.self).flatMap(\.events) == story.events)
    }

    @Test func `its room is taken before it is needed, and only its owner can read it`() throws {
        _ = try open()
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(Int(status.st_size) == EmergencyLog.size)
        #expect(Int(status.st_blocks) * 512 >= EmergencyLog.size)
        #expect(try folder.mode(of: "emergency") == 0o600)
    }

    @Test func `what was cleared is gone`() async throws {
        let log = try open()
        try await log.append([try changes(1)], isVital: true)
        try await log.clear()
        try await log.append([try changes(2)], isVital: true)
        log.close()
        try expect(try open().found.flatMap(\.self), [2])
    }

    @Test(arguments: [0, 1, 11, 12, 13, 200, 399])
    func `a record that a crash cut short is no record, and the next one takes its place`(length: Int) async throws {
        let log = try open()
        try await log.append([try changes(1)], isVital: true)
        log.close()
        let bytes = EmergencyRecord.bytes(of: [try changes(2)])
        try write(Array(bytes.prefix(length)), after: EmergencyRecord.bytes(of: [try changes(1)]).count)
        let again = try open()
        try expect(try await again.contents(), [1])
        #expect(again.damagedRecords == 0)
        try await again.append([try changes(3)], isVital: true)
        again.close()
        try expect(try open().found.flatMap(\.self), [1, 3])
    }

    @Test func `a record that the disk spoiled is left out and told of, those around it are not`() async throws {
        let log = try open()
        for number in 1...3 { try await log.append([try changes(number)], isVital: true) }
        log.close()
        let length = EmergencyRecord.bytes(of: [try changes(1)]).count
        try write([0x58], after: length + 100)
        let again = try open()
        try expect(try await again.contents(), [1, 3])
        #expect(again.damagedRecords == 1)
    }

    @Test func `what is not vital leaves room for what is`() async throws {
        let log = try open()
        let one = try changes(1)
        await #expect(throws: JournalError.self) {
            while true { try await log.append([one], isVital: false) }
        }
        try await log.append([one], isVital: true)
        await #expect(throws: JournalError.self) {
            while true { try await log.append([one], isVital: true) }
        }
        log.close()
        let count = try open().found.count
        #expect(count * EmergencyRecord.bytes(of: [one]).count > EmergencyLog.size * 9 / 10)
    }

    @Test func `two stores cannot share one`() throws {
        let log = try open()
        #expect(throws: StoreError.self) { try open() }
        log.close()
        _ = try open()
    }

    private func write(_ bytes: [UInt8], after place: Int) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seek(toOffset: UInt64(place))
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }
}
