/// Where a client's orders go, for as long as the store lives: fills on paper must never be taken for the broker's.
public enum ClientMode: String, Sendable {
    case live
    case paper
}
