/// One client of the broker: credentials, cash, and what the books are made of.
struct Account: Sendable {
    let uid: String
    let password: String
    let secret: String
    /// Moves once a day, when the day's trading is settled.
    var cash = Rupees.whole(10_000_000)

    /// The session; the latest login's only.
    var token: String?
    var logins = 0
    /// Requests that reached the server, by endpoint.
    var calls: [String: Int] = [:]
    var rate = RateWindow()
    var busiest = BusiestMoments()
    var watchLists = WatchLists()
    /// In a row.
    var wrongLogins = 0
    /// The half minute, counted since 1970, whose code opened the latest session.
    var lastCodeStep: Int64 = -1
    /// The address that orders may come from under the profile 2026.
    var staticAddress: String
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
    /// Shares that earlier days bought for delivery, in the order in which they came.
    var holdings: [Holding] = []
    /// Holdings or the margin's peak moved since the books were last kept.
    var hasChangedFunds = false
    var orderMargin = Rupees.zero { didSet { notePeak() } }
    var positionMargin = Rupees.zero { didSet { notePeak() } }
    /// The most that was in use today.
    var peakMargin = Rupees.zero

    struct Trade: Sendable {
        let order: Int
        let fill: Fill
        let at: Int64
        /// Of the order, this fill included.
        let filled: FillSum
    }

    init(uid: String, password: String, secret: String, staticAddress: String) {
        self.uid = uid
        self.password = password
        self.secret = secret
        self.staticAddress = staticAddress
    }

    var vendorCode: String { uid + "_U" }
    var marginUsed: Rupees { orderMargin + positionMargin }
    var available: Rupees { cash - marginUsed }

    /// Of the day, both sides.
    var turnover: Rupees { trades.reduce(Rupees.zero) { $0 + $1.fill.price * $1.fill.quantity } }

    private mutating func notePeak() {
        guard marginUsed > peakMargin else { return }
        peakMargin = marginUsed
        hasChangedFunds = true
    }

    func position(_ key: PositionKey) -> Position { positions[key] ?? Position() }

    /// How many held shares the day's sales for delivery take away.
    func soldFromHolding(of instrument: Int) -> Int {
        max(0, -position(PositionKey(instrument: instrument, product: .delivery)).net)
    }

    /// Replaces a position and moves the margin it needs along.
    mutating func setPosition(_ key: PositionKey, _ position: Position, of instrument: Instrument) {
        if let old = positions[key] {
            positionMargin -= margin(of: old, key, instrument)
        } else {
            positionKeys.append(key)
        }
        positions[key] = position
        positionMargin += margin(of: position, key, instrument)
        changedPositions.insert(key)
    }

    mutating func removePositions(where isGone: (Position) -> Bool) {
        let gone = positionKeys.filter { isGone(position($0)) }
        for key in gone { positions[key] = nil }
        positionKeys.removeAll { gone.contains($0) }
    }

    /// What is sold out of a holding needs no margin.
    private func margin(of position: Position, _ key: PositionKey, _ instrument: Instrument) -> Rupees {
        Margin.ofPosition(position, covered: key.product == .delivery ? held(key.instrument) : 0, in: instrument)
    }

    /// How many shares of it are in the depository.
    func held(_ instrument: Int) -> Int { holdings.first { $0.instrument == instrument }?.quantity ?? 0 }

    /// Replaces a holding; one without a quantity is gone.
    mutating func setHolding(_ holding: Holding, of instrument: Instrument) {
        let key = PositionKey(instrument: holding.instrument, product: .delivery)
        let position = position(key)
        positionMargin -= margin(of: position, key, instrument)
        let index = holdings.firstIndex { $0.instrument == holding.instrument } ?? holdings.count
        if index == holdings.count { holdings.append(holding) }
        holdings[index] = holding
        holdings.removeAll { $0.quantity == 0 }
        hasChangedFunds = true
        positionMargin += margin(of: position, key, instrument)
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
        peakMargin = .zero
    }
}
