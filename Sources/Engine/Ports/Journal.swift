public import Desk
public import Trading

/// Where events live. A commit is one transaction: once it returns, its events survive a crash.
public protocol Journal: Sendable {
    /// Appends the events of all clients and brings the order, fill, position and other rows up to date: all or nothing,
    /// durable on return. Tells how long the disk took for that, the writing before it left out.
    @discardableResult
    func commit(_ changes: [DeskChanges]) async throws(JournalError) -> Duration

    /// What a client's desk must know to go on: its open orders, all orders since `day`, their fills and groups, what its
    /// strategies hold, and its halts.
    func snapshot(of client: ClientID, since day: TradingDay) async throws(JournalError) -> DeskSnapshot

    /// The group that a client once registered under `key`, however long ago, with the ids of its commands.
    func group(of client: ClientID, key: String) async throws(JournalError) -> Group?

    /// Copies the whole store as it is at one moment, all clients', while it goes on being written. Refuses an existing file.
    func backUp(to path: String) async throws(JournalError)

    /// Read access to one client's orders, and to no other's.
    func archive(of client: ClientID) -> any OrderArchive
}

/// Why a commit did not happen. In each case nothing of it was stored.
public enum JournalError: Error, Hashable, Sendable {
    /// One of the changes contradicts what is stored: a bug of ours. The others may go on.
    case contradiction(String)
    /// Locked, or the disk is full: it may pass.
    case busy(String)
    /// The store can no longer be trusted in this process.
    case failed(String)
}

extension JournalError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .contradiction(let text): "the store holds something else: \(text)"
        case .busy(let text): "the store is locked or full: \(text)"
        case .failed(let text): "the store cannot be used: \(text)"
        }
    }
}

/// The stored orders of one client.
public protocol OrderArchive: Sendable {
    func orders(_ query: OrderQuery) async throws -> OrderPage
    /// The order and its whole history, oldest first; nil if this client has no such order.
    func history(of id: CommandID) async throws -> (record: OrderRecord, events: [OrderEvent])?
    /// A group's orders by leg; empty if this client has no such group.
    func orders(of group: GroupID) async throws -> [OrderRecord]
    /// Orders of that trading day, the three before and those after that changed since, as they are now.
    func orders(changedSince moment: Timestamp) async throws -> [OrderRecord]
}

public struct OrderQuery: Hashable, Sendable {
    /// A status or a state, in its published spelling.
    public var status: String?
    public var strategy: StrategyName?
    public var symbol: String?
    public var brokerOrderID: BrokerOrderID?
    public var limit = 100
    /// Only orders older than this one: the last of the page before.
    public var before: CommandID?

    public init() {}
}

/// Orders, newest first.
public struct OrderPage: Sendable {
    public let orders: [OrderRecord]
    /// Whether older ones match too.
    public let hasMore: Bool

    public init(orders: [OrderRecord], hasMore: Bool) {
        self.orders = orders
        self.hasMore = hasMore
    }
}
