import BrokerNoren
import Foundation

/// The secret that session tokens are sealed with: `SEXTANT_KEY`, else a file beside the store that is made once.
enum SealKey {
    static func load(environment: [String: String], besideStore store: String) throws -> TokenSeal {
        if let text = environment["SEXTANT_KEY"], !text.isEmpty {
            guard text.utf8.count >= 16 else {
                throw CommandFailure("SEXTANT_KEY is shorter than 16 bytes: set a long random text, or unset it")
            }
            return TokenSeal(secret: Array(text.utf8))
        }
        let path = URL(fileURLWithPath: store).deletingLastPathComponent().path + "/sextant.key"
        return TokenSeal(secret: try secret(in: path))
    }

    private static func secret(in path: String) throws -> [UInt8] {
        let file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { return try existing(path) }
        defer { close(file) }
        var generator = SystemRandomNumberGenerator()
        let text = (0..<4).map { _ in String(generator.next(), radix: 16) }
            .map { String(repeating: "0", count: 16 - $0.utf8.count) + $0 }.joined()
        let bytes = Array(text.utf8)
        guard write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            unlink(path)
            throw CommandFailure("\(path) cannot be written: free the disk, or set SEXTANT_KEY")
        }
        return bytes
    }

    private static func existing(_ path: String) throws -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0, let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("\(path) can be neither made nor read: check the folder's permissions")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw CommandFailure("\(path) may be read by others: chmod 600 it")
        }
        guard data.count == 64 else {
            throw CommandFailure("\(path) is damaged: remove it; the next start logs in anew")
        }
        return Array(data)
    }
}
