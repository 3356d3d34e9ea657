import Foundation
import Logging
import NIOCore
import ServiceLifecycle

/// A line on standard output, at once: scripts wait for it. What serves goes on when nobody can read it.
func announce(_ line: String) {
    try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
}

/// A command's result on standard output. A result that cannot be written is a failure: nobody has read it.
func show(_ text: String) throws(CommandFailure) {
    do {
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    } catch {
        throw CommandFailure("the result could not be written to standard output: \(error.localizedDescription)")
    }
}

extension Logger {
    /// To standard error: standard output is the commands' own.
    static func sextant(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "sextant", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = level
        return logger
    }
}

extension CommandFailure {
    /// Why a server could not start or go on, with what to do about it.
    init(startFailure error: any Error, _ host: String, _ port: Int) {
        if let failure = error as? CommandFailure {
            self = failure
        } else if let system = error as? IOError, system.errnoCode == EADDRINUSE {
            self.init("\(host):\(port) is in use: stop what listens there, or set another server.port")
        } else if let system = error as? IOError, system.errnoCode == EACCES {
            self.init("\(host):\(port) may not be bound by this user: set server.port to 1024 or more")
        } else if let system = error as? IOError, system.errnoCode == EADDRNOTAVAIL {
            self.init("\(host) is no address of this machine: set server.host")
        } else if error is ServiceGroupError {
            self.init("a part of the server ended unexpectedly; the log above says which")  // its text may hold secrets
        } else {
            self.init("\(error)")
        }
    }
}
