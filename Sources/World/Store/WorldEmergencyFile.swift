import Desk
import Engine
import Trading

/// The emergency file of one process, on a disk of its own that the world does not break.
final class WorldEmergencyFile: EmergencyFile {
    private let disk: Disk
    private let process: Process
    private let faults: Faults
    private let scheduler: Scheduler

    init(_ disk: Disk, process: Process, faults: Faults, scheduler: Scheduler) {
        self.disk = disk
        self.process = process
        self.faults = faults
        self.scheduler = scheduler
    }

    func append(_ changes: [DeskChanges], isVital: Bool) async throws(JournalError) {
        try await pass(.beforeKeeping)
        disk.keep(changes)
        try await pass(.kept)
    }

    func contents() async throws(JournalError) -> [DeskChanges] { disk.kept }

    func clear() async throws(JournalError) {
        try await pass(.beforeClearing)
        disk.clearKept()
    }

    private func pass(_ point: CrashPoint) async throws(JournalError) {
        process.reach(point)
        do {
            try await scheduler.sleep(for: faults.draw { $0.milliseconds(0...2) })
        } catch {
            throw .failed("the process is dead")
        }
        if !process.isAlive { throw .failed("the process is dead") }
    }
}
