/// What a commit writes. Values come in the order of the columns.
enum JournalStatement: String, CaseIterable {
    case insertOrder = """
        INSERT INTO orders (
            client, command_id, group_id, leg, client_tag, broker_order_id, trading_day, strategy, exchange, symbol,
            product, side, quantity, filled_quantity, filled_value, average_price, status, state, tag, reason,
            reason_code, limit_value, observed, blocking_id, pending, disputed, makes_way_for, test, version,
            created_at, updated_at, command, terms, asked_terms, inferred
        )
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// What events can change of an order.
    case updateOrder = """
        UPDATE orders SET
            broker_order_id = ?, quantity = ?, filled_quantity = ?, filled_value = ?, average_price = ?, status = ?,
            state = ?, tag = ?, reason = ?, reason_code = ?, limit_value = ?, observed = ?, blocking_id = ?,
            pending = ?, disputed = ?, makes_way_for = ?, version = ?, updated_at = ?,
            terms = ?, asked_terms = ?, inferred = ?
        WHERE client = ? AND command_id = ?
        """

    case insertEvent = """
        INSERT INTO order_events (client, command_id, sequence, at, kind, payload) VALUES (?, ?, ?, ?, ?, ?)
        """

    case insertFill = """
        INSERT INTO fills (
            client, trading_day, exchange, broker_order_id, fill_id, command_id, quantity, price, at
        )
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    case insertGroup = """
        INSERT INTO groups (client, group_id, source, idempotency_key, content_hash, request, received_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """

    case upsertHolding = """
        INSERT INTO positions (client, strategy, exchange, symbol, product, quantity, cost) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (client, strategy, exchange, symbol, product)
        DO UPDATE SET quantity = excluded.quantity, cost = excluded.cost
        """

    case deleteHolding = """
        DELETE FROM positions WHERE client = ? AND strategy = ? AND exchange = ? AND symbol = ? AND product = ?
        """

    case upsertHalt = """
        INSERT INTO halts (client, scope, name, mode, halted_by, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (client, scope, name)
        DO UPDATE SET mode = excluded.mode, halted_by = excluded.halted_by, reason = excluded.reason, at = excluded.at
        """

    case deleteHalt = "DELETE FROM halts WHERE client = ? AND scope = ? AND name = ?"

    /// An order from outside was given to a strategy.
    case assignOrder = "UPDATE orders SET strategy = ?, command = ? WHERE client = ? AND command_id = ?"

    /// Numbers a client's ledger rows 1, 2, 3, …
    case insertLedger = """
        INSERT INTO ledger_events (
            client, id, at, kind, strategy, exchange, symbol, product, quantity, price, actor, reason, request, request_key
        )
        SELECT :client, coalesce(max(id), 0) + 1, :at, :kind, :strategy, :exchange, :symbol, :product, :quantity,
            :price, :actor, :reason, :request, :key
        FROM ledger_events WHERE client = :client
        """

    case upsertRiskDay = """
        INSERT INTO risk_days (
            client, trading_day, max_loss, floor, peak_profit, lowest_profit, profit, warned_at, breached_at,
            losing_days, cooldown_until, updated_at
        )
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (client, trading_day)
        DO UPDATE SET max_loss = excluded.max_loss, floor = excluded.floor, peak_profit = excluded.peak_profit,
            lowest_profit = excluded.lowest_profit, profit = excluded.profit, warned_at = excluded.warned_at,
            breached_at = excluded.breached_at, losing_days = excluded.losing_days,
            cooldown_until = excluded.cooldown_until, updated_at = excluded.updated_at
        """

    /// Numbers a client's risk events 1, 2, 3, …
    case insertRiskEvent = """
        INSERT INTO risk_events (
            client, id, kind, trading_day, max_loss, floor, peak_profit, lowest_profit, profit, warned_at, breached_at,
            losing_days, cooldown_until, updated_at
        )
        SELECT :client, coalesce(max(id), 0) + 1, :kind, :day, :loss, :floor, :peak, :lowest, :profit, :warned,
            :breached, :losing, :cooldown, :updated
        FROM risk_events WHERE client = :client
        """

    /// Numbers a client's audit rows 1, 2, 3, …
    case insertAudit = """
        INSERT INTO audit (client, id, at, actor, action, detail)
        SELECT :client, coalesce(max(id), 0) + 1, :at, :actor, :action, :detail FROM audit WHERE client = :client
        """

    /// Numbers a client's notifications 1, 2, 3, …
    case insertNotification = """
        INSERT INTO notifications (client, id, kind, severity, text, command_id, at)
        SELECT :client, coalesce(max(id), 0) + 1, :kind, :severity, :text, :command, :at
        FROM notifications WHERE client = :client
        """
}
