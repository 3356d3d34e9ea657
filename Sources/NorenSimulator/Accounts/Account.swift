/// One client of the broker: credentials, cash, and what the books are made of.
struct Account: Sendable {
    let uid: String
    let password: String
    let secret: String
    let cash = Rupees.whole(10_000_000)

    /// The session; the latest login's only.
    var token: String?
    var logins = 0
    /// Requests that reached the server, by endpoint.
    var calls: [String: Int] = [:]
    var rate = RateWindow()
    /// Oldest first.
    var orders: [Int] = []
    var openOrders: Set<Int> = []
    /// Oldest first.
    var trades: [Trade] = []
    private(set) var positions: [PositionKey: Position] = [:]
    /// In the order in which they were first traded.
    private(set) var positionKeys: [PositionKey] = []
    /// Positions that moved since the books were last kept.
    var changedPositions: Set<PositionKey> = []
    var orderMargin = Rupees.zero
    var positionMargin = Rupees.zero

    struct Trade: Sendable {
        let order: Int
        let fill: Fill
        let at: Int64
        /// Of the order, this fill included.
        let filled: FillSum
    }

    init(uid: String, password: String, secret: String) {
        self.uid = uid
        self.password = password
        self.secret = secret
    }

    var vendorCode: String { uid + "_U" }
    var marginUsed: Rupees { orderMargin + positionMargin }
    var available: Rupees { cash - marginUsed }

    func position(_ key: PositionKey) -> Position { positions[key] ?? Position() }

    /// Replaces a position and moves the margin it needs along.
    mutating func setPosition(_ key: PositionKey, _ position: Position, of instrument: Instrument) {
        if let old = positions[key] {
            positionMargin -= Margin.ofPosition(old, in: instrument)
        } else {
            positionKeys.append(key)
        }
        positions[key] = position
        positionMargin += Margin.ofPosition(position, in: instrument)
        changedPositions.insert(key)
    }

    /// Empties all books.
    mutating func clearBooks() {
        orders = []
        openOrders = []
        trades = []
        positions = [:]
        positionKeys = []
        changedPositions = []
        orderMargin = .zero
        positionMargin = .zero
    }
}
