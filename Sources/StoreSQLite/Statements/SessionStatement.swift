/// Statements about the sessions at brokers. One session a client, whatever broker it is at.
enum SessionStatement: String, CaseIterable {
    static let broker = "noren"

    case session = "SELECT token, one_time_step, opened_at FROM sessions WHERE client = ? AND broker = ?"
    case keep = """
        INSERT INTO sessions (client, broker, token, one_time_step, opened_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (client, broker) DO UPDATE SET token = excluded.token, one_time_step = excluded.one_time_step,
            opened_at = excluded.opened_at
        """
}
