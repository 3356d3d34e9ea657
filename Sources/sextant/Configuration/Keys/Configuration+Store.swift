extension Configuration {
    /// Where orders and their events are kept. Paths are absolute.
    struct Store: Sendable {
        var sqlite: String
        /// Where orders go that must leave while the database cannot be written.
        var emergency: String
        var commitDeadline: Duration
    }
}

extension Configuration.Store {
    init(_ section: ConfigurationSection) {
        let sqlite = section.value("sqlite", .path(in: section.folder), "The file of the SQLite database.")
        self.sqlite = sqlite
        emergency =
            section.optional(
                "emergency",
                .path(in: section.folder),
                absent: "<sqlite>.emergency",
                "The file that orders go to while the database cannot be written, best on another disk."
            ) ?? "\(sqlite).emergency"
        commitDeadline = section.value(
            "commit_deadline",
            .duration,
            default: "2s",
            "How long a commit may take before the store counts as failed."
        )
    }
}
