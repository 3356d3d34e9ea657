extension CommandID {
    /// The id as one number, for tables that keep many of them close together.
    public var bits: UInt128 { value }

    /// The id of which `bits` was read.
    public init(bits: UInt128) {
        self.init(milliseconds: Int64(truncatingIfNeeded: bits >> 80), entropy: bits)
    }
}
