/// One key of the configuration, as the documentation shows it.
struct ConfigurationKey: Hashable, Sendable {
    /// The full name, such as `clients[].webhook.secret`.
    let name: String
    /// What its value is, in words.
    let type: String
    /// The text that could be written to the same effect as leaving it out, or words such as `required`.
    let fallback: String
    /// What it means, in one sentence.
    let meaning: String
    let isSecret: Bool
}
