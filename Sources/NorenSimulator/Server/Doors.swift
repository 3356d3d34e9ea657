import NIOCore
import Synchronization

/// The listening socket and every open connection: who may come in, who is busy, and how all are shut out.
final class Doors: Sendable {
    private struct State {
        var listener: (any Channel)?
        var guests: [ObjectIdentifier: Guest] = [:]
        /// Set while connections are refused: how long until the port listens again.
        var pause: Duration?
        var isClosed = false
    }

    private struct Guest {
        let channel: any Channel
        var isIdle = true
    }

    private let state = Mutex(State())

    /// A new listening socket; closed at once if everything was closed meanwhile.
    func opened(_ listener: any Channel) {
        let isClosed = state.withLock {
            $0.listener = listener
            $0.pause = nil
            return $0.isClosed
        }
        if isClosed { listener.close(promise: nil) }
    }

    func entered(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isClosed = state.withLock {
            $0.guests[id] = Guest(channel: channel)
            return $0.isClosed
        }
        channel.closeFuture.whenComplete { _ in self.state.withLock { _ = $0.guests.removeValue(forKey: id) } }
        if isClosed { channel.close(promise: nil) }
    }

    /// Idle connections wait between two requests: these are closed when the server starts refusing, the others when
    /// they become idle while it does.
    func setIdle(_ isIdle: Bool, _ channel: any Channel) {
        let isRefused = state.withLock { state in
            state.guests[ObjectIdentifier(channel)]?.isIdle = isIdle
            return isIdle && state.pause != nil
        }
        if isRefused { channel.close(promise: nil) }
    }

    var isRefusing: Bool { state.withLock { $0.pause != nil } }

    /// Why the listener ended: the pause before the next one, or nil for good.
    var pauseBeforeReopening: Duration? { state.withLock { $0.isClosed ? nil : $0.pause } }

    /// Stops listening for a while. When it returns, connecting fails.
    func refuse(for pause: Duration) async {
        let (listener, idle) = state.withLock { state in
            guard state.pause == nil, !state.isClosed else { return (nil as (any Channel)?, [] as [any Channel]) }
            state.pause = pause
            return (state.listener, state.guests.values.filter(\.isIdle).map(\.channel))
        }
        for channel in idle { channel.close(promise: nil) }
        try? await listener?.close().get()
    }

    func closeAll() {
        let channels = state.withLock { state in
            state.isClosed = true
            return [state.listener].compactMap(\.self) + state.guests.values.map(\.channel)
        }
        for channel in channels { channel.close(promise: nil) }
    }
}
