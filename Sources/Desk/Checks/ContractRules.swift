public import Trading

/// What a contract and its exchange let an order be, judged before anything is sent.
///
/// Orders that add risk are held to all of it; one that reduces is held to none: only the broker may refuse an exit.
public struct ContractRules: Hashable, Sendable {
    /// Whether an order is refused where its exchange's master is not loaded; otherwise it goes out unchecked.
    public var requiresMaster: Bool
    /// Whether orders at the market are turned into protected ones, which every contract takes.
    public var protectsMarket: Bool

    public init(requiresMaster: Bool = false, protectsMarket: Bool = false) {
        self.requiresMaster = requiresMaster
        self.protectsMarket = protectsMarket
    }

    /// What is wrong with an order on the day it would trade.
    public func problems(
        of command: OrderCommand,
        among contracts: ContractTable,
        on day: TradingDay
    ) -> [FieldProblem] {
        guard !command.reduces else { return [] }
        guard contracts.has(command.instrument.exchange) else { return unchecked(command) }
        guard let contract = contracts.contract(command.instrument) else {
            return [unknown(command.instrument, among: contracts)]
        }
        guard contract.kind != .index else {
            let text = "\(command.instrument.symbol) is an index: it is quoted, not traded"
            return [FieldProblem("tradingsymbol", text)]
        }
        return expiry(contract, day) + lot(command, contract) + ticks(command, contract) + product(command)
            + orderType(command, contract)
    }

    private func unchecked(_ command: OrderCommand) -> [FieldProblem] {
        guard requiresMaster else { return [] }
        let exchange = command.instrument.exchange
        let text = "cannot be checked: no master of \(exchange) is loaded; run `sextant instruments sync`"
        return [FieldProblem("tradingsymbol", "\(command.instrument.symbol) \(text)")]
    }

    private func unknown(_ instrument: Instrument, among contracts: ContractTable) -> FieldProblem {
        let names = contracts.nearest(to: instrument).map { near in
            near.exchange == instrument.exchange ? near.symbol : "\(near.symbol) on \(near.exchange)"
        }
        let advice = names.isEmpty ? "" : "; did you mean \(names.joined(separator: ", "))?"
        return FieldProblem(
            "tradingsymbol",
            "\(instrument.symbol) is not in the master of \(instrument.exchange)\(advice)"
        )
    }

    private func expiry(_ contract: Contract, _ day: TradingDay) -> [FieldProblem] {
        guard let expiry = contract.expiry, expiry < day.date else { return [] }
        return [FieldProblem("tradingsymbol", "\(contract.instrument.symbol) expired on \(expiry); it is \(day.date)")]
    }

    private func lot(_ command: OrderCommand, _ contract: Contract) -> [FieldProblem] {
        guard let asked = command.askedQuantity, asked > 0, asked % contract.lot != 0 else { return [] }
        let below = asked - asked % contract.lot
        let near = below > 0 ? "\(below) or \(below + contract.lot)" : "\(contract.lot)"
        return [
            FieldProblem("qty", "must be a multiple of the lot size \(contract.lot), was \(asked); \(near) would be")
        ]
    }

    private func ticks(_ command: OrderCommand, _ contract: Contract) -> [FieldProblem] {
        guard let tick = contract.tick else { return [] }
        let prices = [
            ("price", command.price, command.type.hasLimit),
            ("trigger_price", command.triggerPrice, command.type.hasTrigger),
        ]
        return prices.filter { $0.2 && $0.1 > .zero && !$0.1.isMultiple(of: tick) }.map { name, price, _ in
            let near = "\(price.floored(to: tick)) or \(price.raised(to: tick))"
            return FieldProblem(name, "must be a multiple of the tick size \(tick), was \(price); \(near) would be")
        }
    }

    private func product(_ command: OrderCommand) -> [FieldProblem] {
        let exchange = command.instrument.exchange
        guard let allowed = Self.products[exchange], !allowed.contains(command.product) else { return [] }
        let names = allowed.map(\.code).joined(separator: " or ")
        return [FieldProblem("product_type", "\(command.product) is not for \(exchange), which takes \(names)")]
    }

    /// How positions may be carried at each exchange, as brokers list it (`prarr` of the login's answer).
    public static let products: [Exchange: [Product]] = [
        "NSE": [.delivery, .intraday], "BSE": [.delivery, .intraday], "NFO": [.margin, .intraday],
        "BFO": [.margin, .intraday], "CDS": [.margin, .intraday], "MCX": [.margin, .intraday],
    ]

    private func orderType(_ command: OrderCommand, _ contract: Contract) -> [FieldProblem] {
        guard !protectsMarket, !command.type.hasLimit, Self.needsLimit(contract.kind) else { return [] }
        let word = command.type == .market ? "LMT" : "SL-LMT"
        let text = "\(command.type.rawValue) is not for \(contract.kind): the exchange takes orders with a limit only"
        return [FieldProblem("order_type", "\(text); \(word) would be taken")]
    }

    /// Options that trade too thinly for orders without a limit: of shares, and everything on MCX.
    public static func needsLimit(_ kind: ContractKind) -> Bool { kind == .stockOption || kind == .commodityOption }
}
