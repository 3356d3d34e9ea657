import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Turns the libraries' errors into words for people. The words never decide anything.
func trouble(_ error: any Error) -> String {
    switch error {
    case let error as HTTPClientError: error.shortDescription.lowercased()
    case is CancellationError: "cancelled"
    case let error as NIOConnectionError: connectTrouble(error)
    case let error as IOError: "\(error)"
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: "TLS failed"
    case is HTTPParserError: "the answer is no HTTP"
    case let error as ChannelError: channelTrouble(error)
    case let error as PushTrouble: error.text
    default: "connection trouble (\(type(of: error)))"
    }
}

private func connectTrouble(_ error: NIOConnectionError) -> String {
    if let failure = error.connectionErrors.first { return "no connection: \(trouble(failure.error))" }
    return "the host name was not found"
}

private func channelTrouble(_ error: ChannelError) -> String {
    switch error {
    case .connectTimeout: "connect timeout"
    case .ioOnClosedChannel, .alreadyClosed, .inputClosed, .outputClosed, .eof: "the connection was closed"
    default: "connection trouble"
    }
}
