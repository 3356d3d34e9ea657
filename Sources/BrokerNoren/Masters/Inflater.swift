import CZlib

/// Unpacks a zip entry piece by piece, never more than `limit` bytes of it, and compares it with its checksum.
struct Inflater {
    private static let pieceLength = 1 << 16

    let limit: Int

    /// Hands over the entry's contents in order. The checksum is known only at the end: what was handed over counts only
    /// if this returns.
    func unpack(
        _ entry: ZipArchive.Entry,
        of bytes: [UInt8],
        _ take: (Span<UInt8>) throws(MasterFlaw) -> Void
    ) throws(MasterFlaw) {
        guard entry.size <= limit else { throw tooLarge }
        let checksum =
            entry.isDeflated
            ? try inflate(entry, bytes.span.extracting(entry.range), take)
            : try copy(entry, bytes.span.extracting(entry.range), take)
        guard checksum == entry.checksum else {
            throw MasterFlaw(.damaged, "the archive's contents do not match its checksum")
        }
    }

    private var tooLarge: MasterFlaw { MasterFlaw(.tooLarge, "holds more than \(limit) bytes") }

    private func copy(
        _ entry: ZipArchive.Entry,
        _ packed: Span<UInt8>,
        _ take: (Span<UInt8>) throws(MasterFlaw) -> Void
    ) throws(MasterFlaw) -> UInt32 {
        guard packed.count == entry.size else {
            throw MasterFlaw(.damaged, "the archive's sizes contradict each other")
        }
        try take(packed)
        return packed.withUnsafeBufferPointer { UInt32(crc32(0, $0.baseAddress, UInt32($0.count))) }
    }

    private func inflate(
        _ entry: ZipArchive.Entry,
        _ packed: Span<UInt8>,
        _ take: (Span<UInt8>) throws(MasterFlaw) -> Void
    ) throws(MasterFlaw) -> UInt32 {
        var stream = z_stream()
        // Raw deflate: a zip entry has no header of its own.
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw MasterFlaw(.unavailable, "there is no memory to unpack it")
        }
        defer { inflateEnd(&stream) }
        var piece = [UInt8](repeating: 0, count: Self.pieceLength)
        var checksum: UInt = 0
        var consumed = 0
        var total = 0
        while true {
            let (status, used, made) = Self.step(&stream, packed.extracting(consumed..<packed.count), &piece)
            consumed += used
            total += made
            guard total <= limit else { throw tooLarge }
            guard total <= entry.size else {
                throw MasterFlaw(.damaged, "the archive's sizes contradict each other")
            }
            checksum = piece.withUnsafeBufferPointer { crc32(checksum, $0.baseAddress, UInt32(made)) }
            try take(piece.span.extracting(0..<made))
            switch status {
            case Z_STREAM_END:
                guard total == entry.size else { throw MasterFlaw(.truncated, "the archive's contents end too early") }
                return UInt32(checksum)
            case Z_OK where used > 0 || made > 0: continue
            case Z_OK, Z_BUF_ERROR: throw MasterFlaw(.truncated, "the archive's contents end too early")
            default: throw MasterFlaw(.damaged, "the archive's contents cannot be unpacked")
            }
        }
    }

    /// One call of zlib: what it came to, how much it read, and how much it wrote to `piece`.
    private static func step(
        _ stream: inout z_stream,
        _ packed: Span<UInt8>,
        _ piece: inout [UInt8]
    ) -> (status: Int32, used: Int, made: Int) {
        packed.withUnsafeBufferPointer { input in
            piece.withUnsafeMutableBufferPointer { output in
                // zlib reads through this pointer and never writes.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                return (status, input.count - Int(stream.avail_in), output.count - Int(stream.avail_out))
            }
        }
    }
}
