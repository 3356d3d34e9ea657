import AlertsTelegram
import Desk
import Testing
import Trading

@testable import sextant

struct ConfigurationTelegramTests {
    private func yaml(_ chat: String, bot: String = "telegram: { bot_key: \"${S}\" }\n") -> String {
        bot + ConfigurationFolder.sampleYAML + "    telegram: { chats: [{ \(chat) }] }\n"
    }

    @Test func `a chat hears of the client that names it, as it asks to`() throws {
        let folder = try ConfigurationFolder(yaml("id: -1001234567890, least: warning, silent: [BLOCKED, EXPIRED]"))
        let settings = try #require(try folder.load().telegramSettings)
        #expect(settings.address == "https://api.telegram.org")
        let chat = try #require(settings.chats.first)
        #expect(settings.chats.count == 1)
        #expect(chat.id == -1_001_234_567_890)
        #expect(chat.client == "FA00001")
        #expect(chat.least == .warning)
        #expect(chat.silent == [.blocked, .expired])
    }

    @Test func `without a bot nothing is told, and chats without one are refused`() throws {
        #expect(try ConfigurationFolder(ConfigurationFolder.sampleYAML).load().telegramSettings == nil)
        #expect(
            try ConfigurationFolder(yaml("id: 42", bot: "")).problems() == [
                "1: telegram.bot_key: is missing; clients have chats that it is to tell"
            ]
        )
    }

    @Test(arguments: [
        ("id: 0", "id: \"0\" is not a chat's number"), ("id: x", "id: \"x\" is not a chat's number"),
        ("id: 99999999999999999999", "is not a chat's number"), ("least: notice", "id: is missing"),
        ("id: 1, least: loud", "least: \"loud\" is not notice, warning or critical"),
        ("id: 1, silent: [LOUD]", "silent[0]: \"LOUD\" is not a kind of notification"),
        ("id: 1 }, { id: 1", "id: is the same Telegram chat as clients[0].telegram.chats[0].id"),
    ])
    func `what is wrong with a chat is said`(chat: String, problem: String) throws {
        let problems = try ConfigurationFolder(yaml(chat)).problems()
        #expect(problems.count == 1)
        #expect(problems.first?.contains("clients[0].telegram.chats[") == true)
        #expect(problems.first?.contains(problem) == true, "\(problems)")
    }

    @Test(arguments: [
        "ftp://x", "https://", "https://x/", "https://x/bot", "https://a@x", "https://x y", "api.telegram.org",
    ])
    func `an address that is none is refused`(address: String) throws {
        let bot = "telegram: { bot_key: \"${S}\", address: \"\(address)\" }\n"
        let problems = try ConfigurationFolder(yaml("id: 1", bot: bot)).problems()
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("1: telegram.address: ") == true)
    }
}
