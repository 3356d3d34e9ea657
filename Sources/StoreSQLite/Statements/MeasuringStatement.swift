/// What the bench asks a store.
enum MeasuringStatement: String, CaseIterable {
    case openOrders = """
        SELECT count(*) FROM orders WHERE client = ? AND tag IS NULL AND state <> 'filled'
        """
}
