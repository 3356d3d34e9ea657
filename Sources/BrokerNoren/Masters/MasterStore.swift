import Crypto
import Foundation
import JSONText
public import Trading

/// Where one source's masters are kept: the last set that was good, whole, until another one takes its place.
///
/// ```
/// FOLDER/current.json          which set counts: replaced by one rename, when all of a new set is on the disk
/// FOLDER/20261123-081502-…/    its files, as they came
/// FOLDER/lock                  held while a set is being had
/// ```
public struct MasterStore: Sendable {
    public let source: MasterSource
    public let folder: String

    /// `folder` may be shared by several sources: each has a folder of its own in it.
    public init(_ source: MasterSource, in folder: String) {
        self.source = source
        let host = source.url.split(separator: "/").dropFirst().first ?? "masters"
        let name = host.map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" }
        let digest = SHA256.hash(data: Data(source.url.utf8)).prefix(4).map { byte in
            String(UInt16(byte) + 256, radix: 16).dropFirst()
        }
        self.folder = "\(folder)/\(String(name.drop { $0 == "." }))-\(digest.joined())"
    }

    private var manifest: String { folder + "/current.json" }

    /// The set that counts; nil while there is none.
    public func current() throws(MasterFlaw) -> MasterSet? {
        guard let data = FileManager.default.contents(atPath: manifest) else { return nil }
        guard let json = try? JSONValue.parse(Array(data)), let set = MasterSet(json: json), set.url == source.url
        else {
            throw MasterFlaw(.unreadable, file: manifest, "is no list of masters of \(source.url); sync again")
        }
        return set
    }

    /// Reads every contract of a set.
    public func contracts(of set: MasterSet) throws(MasterFlaw) -> ContractTable {
        var table = ContractTableBuilder()
        for file in set.files {
            let path = "\(folder)/\(set.folder)/\(file.name)"
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw MasterFlaw(.unavailable, file: path, "cannot be read from the disk; sync again")
            }
            _ = try MasterFile(name: file.name, exchange: file.exchange).read(Array(bytes), into: &table)
        }
        return table.finish()
    }
}

// MARK: - A new set

extension MasterStore {
    /// Has every file of the source from the broker and lets the new set count, or throws the first flaw and changes
    /// nothing: the last good set stays.
    public func sync(at now: Timestamp) async throws(MasterFlaw) -> MasterSet {
        try make(folder)
        let lock = try FolderLock(folder + "/lock")
        defer { lock.release() }
        let previous = (try? current()).flatMap(\.self)
        let name = "\(TradingDay(now).number)-\(now.microseconds)"
        let files: [MasterSet.File]
        do throws(MasterFlaw) {
            try make("\(folder)/\(name)")
            files = try await download(to: "\(folder)/\(name)")
        } catch {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            throw error
        }
        let set = MasterSet(url: source.url, syncedAt: now, files: files, folder: name)
        try write(Array((set.json.text + "\n").utf8), to: manifest + ".new")
        guard rename(manifest + ".new", manifest) == 0 else { throw disk(manifest) }
        Self.flush(folder)
        // A reader may still be at the previous set.
        removeSets(except: [name, previous?.folder])
        return set
    }

    private func download(to target: String) async throws(MasterFlaw) -> [MasterSet.File] {
        let download = MasterDownload()
        do throws(MasterFlaw) {
            var table = ContractTableBuilder()
            var files: [MasterSet.File] = []
            for file in source.files {
                let bytes = try await download.get(source.url + file.name, file: file.name)
                let count = try file.read(bytes, into: &table)
                try write(bytes, to: "\(target)/\(file.name)")
                files.append(
                    MasterSet.File(
                        name: file.name,
                        exchange: file.exchange,
                        contracts: count.contracts,
                        skipped: count.skipped,
                        bytes: bytes.count
                    )
                )
            }
            Self.flush(target)
            await download.shutDown()
            return files
        } catch {
            await download.shutDown()
            throw error
        }
    }

    private func make(_ path: String) throws(MasterFlaw) {
        do {
            let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: mode)
        } catch {
            throw MasterFlaw(.unavailable, file: path, "the folder cannot be made; see to its permissions")
        }
    }

    /// Returns once the bytes are on the disk.
    private func write(_ bytes: [UInt8], to path: String) throws(MasterFlaw) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw disk(path) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { throw disk(path) }
            written += max(0, count)
        }
        guard fsync(descriptor) == 0 else { throw disk(path) }
    }

    private func disk(_ path: String) -> MasterFlaw {
        MasterFlaw(.unavailable, file: path, "cannot be written: \(String(cString: strerror(errno)))")
    }

    /// Names of files are durable only once their folder is.
    private static func flush(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private func removeSets(except kept: [String?]) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where !kept.contains(name) && name.first?.isNumber == true {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }
}

/// Keeps two runs from changing one folder at a time.
private struct FolderLock {
    private let descriptor: CInt

    init(_ path: String) throws(MasterFlaw) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw MasterFlaw(.unavailable, file: path, "cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw MasterFlaw(.unavailable, file: path, "another sync is under way")
        }
    }

    func release() {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
