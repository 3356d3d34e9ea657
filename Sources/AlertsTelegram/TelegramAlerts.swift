public import Engine
public import Logging
public import ServiceLifecycle

/// Tells the configured chats what the outbox holds for them. It only reads what commits have written: no order waits
/// for it, and it outlives hours without an answer.
public struct TelegramAlerts: Service {
    private let settings: TelegramSettings
    private let outbox: any NotificationOutbox
    private let clock: any WallClock
    private let logger: Logger

    public init(
        _ settings: TelegramSettings,
        outbox: any NotificationOutbox,
        clock: any WallClock,
        logger: Logger
    ) {
        self.settings = settings
        self.outbox = outbox
        self.clock = clock
        self.logger = logger
    }

    /// Until it is told to stop, or its task is cancelled. A call under way is given up: it may be told again.
    public func run() async {
        let bot = TelegramBot(settings)
        await cancelWhenGracefulShutdown { await tell(with: bot) }  // it ends only by being cancelled
        await bot.shutDown()
    }

    private func tell(with bot: TelegramBot) async {
        let started = clock.now()
        await withDiscardingTaskGroup { group in
            for chat in settings.chats {
                let courier = ChatCourier(bot: bot, chat: chat, outbox: outbox, clock: clock, logger: logger)
                group.addTask { await courier.run(since: started) }
            }
        }
    }
}
