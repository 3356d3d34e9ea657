/// What the disk allows: the limit of everything durable.
struct DiskBench {
    let bench: Workbench

    func run() throws {
        let disk = try DiskProbe.appends(1000, in: bench.folder)
        let words = "p50 \(disk.quantile(0.5).milliseconds), p99 \(disk.quantile(0.99).milliseconds)"
        bench.report(.disk, "append + fdatasync", words)
    }
}
