import Foundation

/// What one durable append costs on this disk, here and now: the limit that every other figure is judged by.
enum DiskProbe {
    /// Times of `count` appends of 512 bytes, each followed by fdatasync, sorted.
    static func appends(_ count: Int, in folder: String) throws -> [Duration] {
        let path = folder + "/probe"
        let file = open(path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CommandFailure("\(path) cannot be written") }
        defer {
            close(file)
            unlink(path)
        }
        let block = [UInt8](repeating: 7, count: 512)
        var times: [Duration] = []
        for _ in 0..<count {
            let began = ContinuousClock.now
            guard write(file, block, block.count) == block.count, fdatasync(file) == 0 else {
                throw CommandFailure("\(path) cannot be written")
            }
            times.append(ContinuousClock.now - began)
        }
        return times.sorted()
    }
}

extension [Duration] {
    /// The value below which `share` of the sorted times lie.
    func quantile(_ share: Double) -> Duration {
        isEmpty ? .zero : self[Swift.min(count - 1, Int(Double(count) * share))]
    }
}

extension Duration {
    var milliseconds: String {
        let hundredths = (self / .microseconds(10)).rounded() / 100
        return "\(hundredths) ms"
    }
}
