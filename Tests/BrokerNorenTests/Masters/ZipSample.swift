import CZlib

/// Zip archives as tests need them: right, or wrong in one way.
struct ZipSample {
    var name = "NSE_symbols.txt"
    var contents: [UInt8]
    var isDeflated = true
    var isEncrypted = false
    /// What the archive says of its contents, where that is not the truth.
    var checksum: UInt32?
    var size: Int?
    /// Sizes and checksum behind the contents instead of before them, as programs write that do not seek.
    var hasDescriptor = false
    var comment = ""

    init(_ text: String) { contents = Array(text.utf8) }

    /// The archive of one file.
    var bytes: [UInt8] { Self.archive([self]) }

    static func archive(_ files: [ZipSample]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for file in files {
            let packed = file.isDeflated ? deflated(file.contents) : file.contents
            let flags = (file.isEncrypted ? 1 : 0) | (file.hasDescriptor ? 8 : 0)
            let method = file.isDeflated ? 8 : 0
            let truth = file.contents.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
            let checksum = Int(file.checksum ?? UInt32(truth))
            let sizes = little(checksum, 4) + little(packed.count, 4) + little(file.size ?? file.contents.count, 4)
            let names = little(file.name.utf8.count, 2) + little(0, 2)
            let start = bytes.count
            bytes += little(0x0403_4B50, 4) + little(20, 2) + little(flags, 2) + little(method, 2) + little(0, 4)
            bytes += (file.hasDescriptor ? little(0, 12) : sizes) + names + file.name.utf8 + packed
            if file.hasDescriptor { bytes += little(0x0807_4B50, 4) + sizes }
            directory += little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + little(flags, 2)
            directory += little(method, 2) + little(0, 4) + sizes + names + little(0, 2) + little(0, 2) + little(0, 2)
            directory += little(0, 4) + little(start, 4) + file.name.utf8
        }
        let comment = files.last?.comment ?? ""
        let end =
            little(0x0605_4B50, 4) + little(0, 4) + little(files.count, 2) + little(files.count, 2)
            + little(directory.count, 4) + little(bytes.count, 4) + little(comment.utf8.count, 2)
        return bytes + directory + end + comment.utf8
    }

    private static func little(_ value: Int, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func deflated(_ contents: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        precondition(
            deflateInit2_(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        )
        defer { deflateEnd(&stream) }
        var input = contents
        var output = [UInt8](repeating: 0, count: contents.count + 4096)
        return input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END, "the sample fits")
                return Array(output[..<(output.count - Int(stream.avail_out))])
            }
        }
    }
}
