import BrokerNoren
import Trading

/// The masters that the configured clients trade by: one store for each address, however many clients share it.
struct ConfiguredMasters: Sendable {
    struct Shared: Sendable {
        let store: MasterStore
        let clients: [ClientID]
    }

    let all: [Shared]

    /// `clients`: those that are meant. Where clients of one address name different exchanges, all of them are kept.
    init(_ clients: [Configuration.Client], beside sqlite: String) {
        var sources: [(source: MasterSource, clients: [ClientID])] = []
        for client in clients where client.mode == .live {
            guard let source = client.broker?.masters.source else { continue }
            if let index = sources.firstIndex(where: { $0.source.url == source.url }) {
                let known = sources[index].source
                let more = source.exchanges.filter { !known.exchanges.contains($0) }
                sources[index].source = MasterSource(
                    url: known.url,
                    layout: known.layout,
                    exchanges: known.exchanges + more
                )
                sources[index].clients.append(ClientID(client.id))
            } else {
                sources.append((source, [ClientID(client.id)]))
            }
        }
        all = sources.map { Shared(store: MasterStore($0.source, in: sqlite + ".instruments"), clients: $0.clients) }
    }
}
