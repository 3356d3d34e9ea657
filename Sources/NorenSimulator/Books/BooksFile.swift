import Foundation
import JSONText

/// The file that holds the books: a first line that names it, the books as they were at the start, and a line for every
/// change since.
///
/// A change is one line, written and synced before anybody is told of it, so a crash can tear the last line only, and
/// of that one nobody has heard: it is cut off.
final class BooksFile {
    private static let title = #"{"books":"noren-simulator","version":1}"#

    let path: String
    /// What the file held when it was opened; nil for a new one.
    let kept: KeptBooks?
    private var descriptor: CInt
    /// Up to where the file is whole.
    private var length = 0

    /// Opens the file, or makes one that only its owner can read. Nobody else may keep books in it meanwhile.
    init(path: String) throws {
        self.path = path
        descriptor = try Self.locked(path)
        do {
            kept = try Self.read(try FileHandle(fileDescriptor: descriptor).readToEnd() ?? Data(), path)
        } catch {
            Foundation.close(descriptor)
            throw error
        }
    }

    deinit { Foundation.close(descriptor) }

    /// Writes one change behind the last `rewrite`; once it returns, the change outlives the machine. When it throws,
    /// the file is as it was.
    func append(_ line: JSONValue) throws {
        let bytes = line.utf8 + [UInt8(ascii: "\n")]
        do {
            try Self.write(bytes, to: descriptor, path)
        } catch {
            ftruncate(descriptor, off_t(length))
            throw error
        }
        length += bytes.count
    }

    /// Replaces all lines by one, at once: the file is the old or the new one at any moment.
    func rewrite(_ everything: JSONValue) throws {
        let draft = path + ".new"
        let new = try Self.opened(draft, O_TRUNC)
        let bytes = Array((Self.title + "\n" + everything.text + "\n").utf8)
        do {
            guard flock(new, LOCK_EX | LOCK_NB) == 0 else { throw Self.failure(path, "cannot be locked") }
            try Self.write(bytes, to: new, path)
            guard rename(draft, path) == 0 else { throw Self.failure(path, "cannot be replaced") }
            Self.syncFolder(of: path)
        } catch {
            Foundation.close(new)
            throw error
        }
        Foundation.close(descriptor)
        descriptor = new
        length = bytes.count
    }

    // MARK: Reading

    private static func read(_ data: Data, _ path: String) throws -> KeptBooks? {
        var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let torn = lines.popLast() ?? Data()
        guard let title = lines.first else {
            if torn.isEmpty || title.utf8.starts(with: torn) { return nil }
            throw BooksUnusable(path: path, reason: "holds no books of a simulator; name another file")
        }
        guard title.elementsEqual(Self.title.utf8) else {
            throw BooksUnusable(path: path, reason: "holds no books of a simulator; name another file")
        }
        var books = KeptBooks()
        for (number, line) in zip(2..., lines.dropFirst()) {
            do {
                try books.add(try JSONValue.parse(Array(line)))
            } catch {
                let problem = (error as? BooksProblem)?.problem ?? "it is no JSON"
                throw BooksUnusable(path: path, reason: "is damaged in line \(number): \(problem); restore a copy")
            }
        }
        return lines.count > 1 ? books : nil
    }

    // MARK: The file itself

    /// A lock counts for the file that lies there now: another simulator may have replaced it just before.
    private static func locked(_ path: String) throws -> CInt {
        while true {
            let descriptor = try opened(path, 0)
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let isHeld = errno == EWOULDBLOCK
                let error = failure(path, "cannot be locked")
                Foundation.close(descriptor)
                throw isHeld ? BooksUnusable(path: path, reason: "is in use by another simulator; end that one") : error
            }
            var ours = stat()
            var there = stat()
            guard fstat(descriptor, &ours) == 0 else { throw failure(path, "cannot be read") }
            if stat(path, &there) == 0, ours.st_ino == there.st_ino, ours.st_dev == there.st_dev { return descriptor }
            Foundation.close(descriptor)
        }
    }

    private static func opened(_ path: String, _ flags: CInt) throws -> CInt {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0o600)
        guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
        return descriptor
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt, _ path: String) throws {
        guard bytes.withUnsafeBytes({ Foundation.write(descriptor, $0.baseAddress, $0.count) }) == bytes.count,
            fdatasync(descriptor) == 0
        else { throw failure(path, "cannot be written") }
    }

    /// Makes a rename as durable as what was renamed.
    private static func syncFolder(of path: String) {
        let folder = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        Foundation.close(folder)
    }

    private static func failure(_ path: String, _ what: String) -> BooksUnusable {
        BooksUnusable(path: path, reason: "\(what): \(String(cString: strerror(errno)))")
    }
}
