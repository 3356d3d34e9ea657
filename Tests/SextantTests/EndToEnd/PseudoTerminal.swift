import Foundation

/// The binary under test with its output on a terminal, as a person sees it.
enum PseudoTerminal {
    /// Runs it to its end; what it wrote, and its exit status.
    static func run(
        _ arguments: [String],
        in folder: String,
        environment: [String: String] = ["TERM": "xterm"]
    ) async throws -> (output: String, status: Int32) {
        var primary: Int32 = -1
        var secondary: Int32 = -1
        guard openpty(&primary, &secondary, nil, nil, nil) == 0 else { throw SandboxFailure("no pseudo-terminal") }
        defer { close(primary) }
        _ = fcntl(primary, F_SETFL, O_NONBLOCK)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ChildProcess.binary)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "NO_COLOR" }
            .merging(environment) { $1 }
        process.standardOutput = FileHandle(fileDescriptor: secondary, closeOnDealloc: true)
        process.standardError = FileHandle.nullDevice
        try process.run()
        var written: [UInt8] = []
        try await eventually("the command ends") {
            // Asked before reading: what was written until then is in the terminal's buffer.
            let hasEnded = !process.isRunning
            written += available(primary)
            return hasEnded
        }
        return (String(decoding: written, as: UTF8.self), process.terminationStatus)
    }

    private static func available(_ descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
        return bytes
    }
}
