import Foundation

/// Where a store lies: the one true path of its file, so that two names for it cannot give two locks.
struct StoreFile {
    let path: String
    var lockPath: String { path + ".lock" }

    /// Finds the file's place, and makes the folder if there is none.
    static func prepare(_ path: String) throws(StoreError) -> StoreFile {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            let reason = "cannot be created; make this folder, or name another place under store.sqlite"
            throw .unusable(path: folder, reason: reason)
        }
        return StoreFile(path: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    }

    /// Makes an empty file that only its owner can read, if there is none. SQLite gives its `-wal` and `-shm` the
    /// same mode.
    func create() throws(StoreError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .unusable(path: path, reason: "is not a file; name a file under store.sqlite")
            }
            return
        }
        let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else {
            let reason = "cannot be created: \(SystemError.last); see to its folder's permissions"
            throw .unusable(path: path, reason: reason)
        }
        Foundation.close(descriptor)
    }
}
