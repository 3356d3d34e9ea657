/// Statements of the outbox: who was told how much of the notifications.
enum OutboxStatement: String, CaseIterable {
    case enrol = """
        INSERT INTO deliveries (client, channel, urgency, through, at)
        SELECT :client, :channel, :urgency, coalesce(max(id), 0), :since
        FROM notifications WHERE client = :client AND at < :since
        ON CONFLICT (client, channel, urgency) DO NOTHING
        """

    case place = "SELECT through FROM deliveries WHERE client = ? AND channel = ? AND urgency = ?"

    case newest = "SELECT coalesce(max(id), 0) FROM notifications WHERE client = ?"

    case notifications = """
        SELECT id, kind, severity, text, command_id, at FROM notifications
        WHERE client = :client AND id > :after AND (severity = 'critical') = :critical ORDER BY id LIMIT :limit
        """

    case told = """
        UPDATE deliveries SET through = :through, at = :at
        WHERE client = :client AND channel = :channel AND urgency = :urgency AND through < :through
        """

    /// The first reader who was told sets the time.
    case delivered = """
        UPDATE notifications SET delivered_at = :at
        WHERE client = :client AND id > :after AND id <= :through AND delivered_at IS NULL
            AND (severity = 'critical') = :critical
        """
}
