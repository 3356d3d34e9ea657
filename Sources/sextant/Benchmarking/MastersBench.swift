import BrokerNoren
import Trading

/// The masters of the whole market: how long they take to read, what they hold in memory, and looking contracts up.
struct MastersBench {
    let bench: Workbench

    func run() throws {
        let sample = try MasterSample(in: bench.folder)
        guard let set = try sample.store.current() else { throw CommandFailure("the sample of masters is not there") }
        let before = residentBytes()
        let began = ContinuousClock.now
        let contracts = try sample.store.contracts(of: set)
        let time = ContinuousClock.now - began
        let rate = Int(Double(contracts.count) / time.inSeconds)
        bench.report(
            .masters,
            "\(contracts.count.grouped) contracts read",
            "\(time.milliseconds), \(rate.grouped)/s; \((residentBytes() - before) >> 20) MB more are resident"
        )
        let lookup = Instrument("NFO", "BANKNIFTY2529DEC26P70001")
        let lookups = ContinuousClock().measure {
            for _ in 0..<100_000 { precondition(contracts.contract(lookup) != nil) }
        }
        var times: [Duration] = []
        for number in 0..<50 {
            let unknown = Instrument("NFO", "BANKNFITY2529DEC26C\(70_000 + number)")
            times.append(ContinuousClock().measure { precondition(!contracts.nearest(to: unknown).isEmpty) })
        }
        bench.report(
            .masters,
            "one contract by symbol",
            "\(lookups.microseconds / 100) ns; nearest names of an unknown one p50 "
                + times.sorted().quantile(0.5).milliseconds
        )
    }
}
