public import Engine
public import Trading

/// Where one account's sessions are remembered over a restart, and how they are sealed.
public struct SessionMemory: Sendable {
    let client: ClientID
    let vault: any SessionVault
    let seal: TokenSeal

    public init(client: ClientID, vault: any SessionVault, seal: TokenSeal) {
        self.client = client
        self.vault = vault
        self.seal = seal
    }
}
