import Foundation

/// Programs that the bench starts; each is ended before the section is over.
final class ChildProcess {
    private let process = Process()
    private let output = Pipe()
    private var unread = Data()

    /// The program of this very process, with other arguments.
    init(sextant arguments: [String], errorsTo log: String) throws {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        process.standardOutput = output
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
    }

    var id: Int32 { process.processIdentifier }

    /// The next line on standard output; blocks until there is one.
    func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                defer { unread.removeSubrange(...end) }
                return String(decoding: unread[..<end], as: UTF8.self)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw CommandFailure("a program that the bench started ended at once") }
            unread.append(more)
        }
    }

    enum Moment: String {
        case now = "VmRSS:"
        case most = "VmHWM:"
    }

    /// Resident memory in bytes.
    func residentMemory(_ moment: Moment = .now) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(moment.rawValue) }),
            let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) })
        else { throw CommandFailure("the memory of process \(id) cannot be read") }
        return kilobytes * 1024
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Runs a program of the system to its end; nil where there is none of that name.
    static func output(
        of program: String,
        _ arguments: String...,
        environment: [String: String] = [:]
    ) throws -> (status: Int32, text: String)? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        guard let path = folders.map({ "\($0)/\(program)" }).first(where: FileManager.default.isExecutableFile) else {
            return nil
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments.map { argument in
            argument == "/proc/self/exe"
                ? URL(fileURLWithPath: argument).resolvingSymlinksInPath().path : argument
        }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
