import Engine
import StoreSQLite
import Trading

/// Orders through their whole durable life (registered, checked, intended, accepted, filled), in batches and one at a time.
struct EngineBench {
    let bench: Workbench

    private static let senders = 256

    func run() async throws {
        try await manyAtOnce()
        try await oneAtATime()
    }

    private func manyAtOnce() async throws {
        let (limit, recorded) = try await rawSQLite()
        let benched = try await BenchedEngine.start(storeAt: bench.folder + "/engine.db")
        try await requireDurability(benched.store)
        _ = try await benched.trade(bench.orders / 4, senders: Self.senders, named: "warm")
        let before = benched.journal.count
        let time = try await benched.trade(bench.orders, senders: Self.senders, named: "many")
        let commits = benched.journal.count.commits - before.commits
        let inCommits = benched.journal.count.time - before.time
        try await benched.stop()
        let rate = Double(bench.orders) / time.inSeconds
        let share = Int((rate / limit * 100).rounded())
        bench.report(
            .engine,
            "whole life, \(Self.senders) senders",
            "\(Int(rate).grouped) orders/s",
            Limit("at least 5,000 (aim 25,000)", met: rate >= 5000),
            Limit("\(share) % of raw SQLite's \(Int(limit).grouped), at least 50 (aim 75)", met: share >= 50)
        )
        bench.report(
            .engine,
            "commits of that run",
            "\(commits.grouped), each one fsync (journal_mode wal, synchronous 2): "
                + "\(bench.orders / max(1, commits)) orders a commit, "
                + "\(Int((inCommits / time * 100).rounded())) % of the time in them; raw: \(recorded)"
        )
    }

    /// Orders a second that SQLite alone writes, with the rows and commits of a run like the measured one.
    private func rawSQLite() async throws -> (rate: Double, words: String) {
        let recording = CommitRecording()
        let benched = try await BenchedEngine.start(storeAt: bench.folder + "/recorded.db")
        try await benched.store.record(into: recording)
        _ = try await benched.trade(bench.orders, senders: Self.senders, named: "many")
        try await benched.stop()
        let time = try RawReplay(recording).run(at: bench.folder + "/raw.db")
        let orders = bench.orders
        let words =
            "\(orders / max(1, recording.commits)) orders and \(recording.rows / max(1, recording.commits)) rows a commit"
        return (Double(orders) / time.inSeconds, words)
    }

    private func requireDurability(_ store: StoreSQLite) async throws {
        let (synchronous, mode) = try await store.durability()
        guard synchronous == 2, mode == "wal" else {
            throw CommandFailure("the store is not durable: synchronous \(synchronous ?? -1), \(mode ?? "no mode")")
        }
    }

    private func oneAtATime() async throws {
        let benched = try await BenchedEngine.start(storeAt: bench.folder + "/single.db")
        let disk = try DiskProbe.appends(500, in: bench.folder)
        var times: [Duration] = []
        for number in 0..<500 {
            let began = ContinuousClock.now
            _ = try await benched.engine.submit(.bench("one\(number)"), to: BenchedEngine.client)
            times.append(ContinuousClock.now - began)
            try await benched.settle()
        }
        let fsync = (disk + (try DiskProbe.appends(500, in: bench.folder))).sorted().quantile(0.5)
        try await benched.stop()
        times.sort()
        let most = fsync + .microseconds(300)
        bench.report(
            .engine,
            "one order at rest, durable",
            "p50 \(times.quantile(0.5).milliseconds), p99 \(times.quantile(0.99).milliseconds)",
            Limit("at most fsync's \(fsync.milliseconds) + 0.3 ms", met: times.quantile(0.5) <= most)
        )
    }
}
