import BrokerNoren
import Desk
import Foundation
import Testing
import Trading

@testable import sextant

struct ConfigurationSampleTests {
    @Test func `the example of the contract is read`() throws {
        let folder = try ConfigurationFolder(ConfigurationFolder.sampleYAML)
        let configuration = try folder.load()
        let client = try #require(configuration.clients.first)
        let broker = try #require(client.broker)
        #expect(configuration.clients.count == 1)
        #expect(configuration.store.sqlite == "\(folder.path)/data/sextant.db")
        #expect(configuration.store.emergency == "\(folder.path)/data/sextant.db.emergency")
        #expect(client.id == "FA00001")
        #expect(client.mode == .live)
        #expect(client.webhook.secret.reveal == "webhook-secret-text")
        #expect(client.apiKey.reveal == "api-key-text")
        #expect(client.risk.baseMaxLoss?.description == "5000.00")
        #expect(broker.rest == "http://127.0.0.1:9600/NorenWClientTP/")
        #expect(broker.websocket == "ws://127.0.0.1:9600/NorenWSTP/")
        guard case .quickAuth(let login) = broker.authentication, case .fixed(let code) = login.secondFactor else {
            Issue.record("The sample has QuickAuth with a fixed second factor.")
            return
        }
        #expect([login.user, login.vendorCode] == ["FA00001", "FA00001_U"])
        #expect(
            [login.password, login.apiSecret, code].map(\.reveal) == ["password-text", "api-secret-text", "123456"]
        )
    }

    @Test func `a paper client without a loss to go by has nothing that trails or cools down`() throws {
        let yaml = ConfigurationFolder.sampleYAML.replacingOccurrences(of: "mode: live", with: "mode: paper")
            .replacingOccurrences(
                of: "{ base_max_loss: 5000 }",
                with: "{ trail_step: 100, cooldown: { after_days: 3, days: 2 } }"
            )
        let needs = "needs a limit to go by; add `base_max_loss`"
        #expect(
            try ConfigurationFolder(yaml).problems() == [
                "13: clients[0].risk.trail_step: \(needs)", "13: clients[0].risk.cooldown: \(needs)",
            ]
        )
    }

    @Test func `a calendar of one's own takes the place of the one carried`() throws {
        let text = MarketCalendar.publishedText + "year 2027 NSE a circular\nday 2027-01-26 NSE closed Republic Day\n"
        let folder = try ConfigurationFolder("calendar: days.txt\n" + ConfigurationFolder.sampleYAML)
        try folder.write(text, to: "days.txt")
        let day = Trading.TradingDay(date: try #require(CivilDate("2027-01-26")))
        let own = try folder.load().calendar
        let carried = try ConfigurationFolder(ConfigurationFolder.sampleYAML).load().calendar
        #expect(!own.isTradingDay(day))
        #expect(carried.isTradingDay(day))
    }

    @Test func `a calendar that is wrong is refused with its line, and one that is not there by name`() throws {
        let folder = try ConfigurationFolder("calendar: days.txt\n" + ConfigurationFolder.sampleYAML)
        #expect(folder.problems().first?.hasPrefix("1: calendar: \(folder.path)/days.txt cannot be read") == true)
        try folder.write(
            MarketCalendar.publishedText + "day 2026-05-04 NSE 09:15-12:00 11:00-15:30 Two\n",
            to: "days.txt"
        )
        let line = MarketCalendar.publishedText.count { $0 == "\n" } + 1
        #expect(
            folder.problems() == [
                "1: calendar: \(folder.path)/days.txt:\(line): session 11:00-15:30 overlaps the one before it"
            ]
        )
    }

    @Test func `what is left out has the defaults of the contract`() throws {
        let yaml = ConfigurationFolder.sampleYAML.replacingOccurrences(
            of: "{ host: 127.0.0.1, port: 8080 }",
            with: "{}"
        )
        let configuration = try ConfigurationFolder(yaml).load()
        let client = try #require(configuration.clients.first)
        let limits = try #require(client.broker?.limits)
        #expect(configuration.server.host == "127.0.0.1")
        #expect(configuration.server.port == 8080)
        #expect(configuration.server.adminKey == nil)
        #expect(configuration.store.commitDeadline == .seconds(2))
        #expect([client.webhook.repeatWindow, client.webhook.maxAge] == [.seconds(20), .seconds(60)])
        #expect(limits.ordersPerSecond == 10)
        #expect(limits.callsPerSecond == 10)
        #expect(limits.callsPerMinute == 120)
        #expect([limits.placeTimeout, limits.entryWait] == [.seconds(10), .seconds(10)])
        #expect([client.watch.pollInterval, client.watch.positionsInterval] == [.seconds(1), .seconds(5)])
        #expect([client.watch.idleInterval, client.watch.absenceAfter] == [.seconds(15), .seconds(15)])
        #expect(client.watch.unconfirmedAlert == .seconds(30))
        #expect(client.guard.crossStrategy == .sameDirection)
        #expect(client.guard.legs == .together)
        #expect(client.guard.waitForFlat == .seconds(5))
        #expect(client.risk.pnl == .account)
        #expect(client.risk.maxPnlAge == .seconds(30))
        #expect(!client.risk.includeCNC)
        #expect(client.risk.manager.trailStep == nil && client.risk.manager.cooldown == nil)
        #expect(client.risk.manager.warnAt == 80)
        #expect((client.risk.manager.onBreach, client.risk.manager.foreign) == (.flatten, .leave))
        #expect(client.guard.cooldownAfterExit == .zero)
    }

    @Test func `a paper client needs neither broker nor loss limit`() throws {
        let yaml = """
            store: { sqlite: /var/lib/sextant.db, emergency: ../e, commit_deadline: 500ms }
            clients:
              - { id: p, mode: paper, webhook: { secret: s, repeat_window: 0s }, api: { key: k } }
            """
        let folder = try ConfigurationFolder(yaml)
        let configuration = try folder.load()
        #expect(configuration.store.sqlite == "/var/lib/sextant.db")
        #expect(!configuration.store.emergency.contains(".."))
        #expect(configuration.store.commitDeadline == .milliseconds(500))
        #expect(configuration.clients[0].broker == nil)
        #expect(configuration.clients[0].webhook.repeatWindow == .zero)
        #expect(Configuration.Noren.Limits.standard.callsPerMinute == 120)
    }

    @Test(arguments: [
        ("shoonya", "https://api.shoonya.com/NorenWClientAPI/", "wss://api.shoonya.com/NorenWSAPI/"),
        ("flattrade", "https://piconnect.flattrade.in/PiConnectAPI/", "wss://piconnect.flattrade.in/PiConnectWSAPI/"),
    ])
    func `a profile gives OAuth the current addresses`(profile: String, rest: String, websocket: String) throws {
        let oauth = """
            { oauth: { user: U, client_id: U_U, secret: s, authorize_url: "https://a.example/?k=", redirect: "http://b/" } }
            """
        let broker = try #require(try load(profile: profile, auth: oauth).clients.first?.broker)
        #expect(broker.rest == rest)
        #expect(broker.websocket == websocket)
        #expect(broker.authentication.user == "U")
    }

    @Test(arguments: [
        ("shoonya", "https://api.shoonya.com/NorenWClientTP/", "wss://api.shoonya.com/NorenWSTP/"),
        ("flattrade", "https://piconnect.flattrade.in/PiConnectTP/", "wss://piconnect.flattrade.in/PiConnectWSTp/"),
    ])
    func `a profile gives QuickAuth the legacy addresses`(profile: String, rest: String, websocket: String) throws {
        let auth = "{ quickauth: { user: U, vendor_code: V, password: p, api_secret: s, totp_secret: JBSWY3DP } }"
        let broker = try #require(try load(profile: profile, auth: auth).clients.first?.broker)
        #expect(broker.rest == rest)
        #expect(broker.websocket == websocket)
    }

    @Test func `an address that is written wins over the profile, and ends in a slash`() throws {
        let auth = "{ quickauth: { user: U, vendor_code: V, password: p, api_secret: s, factor2: c } }"
        let broker = try #require(
            try load(profile: "shoonya\n        rest: http://localhost:1/x", auth: auth).clients.first?.broker
        )
        #expect(broker.rest == "http://localhost:1/x/")
        #expect(broker.websocket == "wss://api.shoonya.com/NorenWSTP/")
    }

    @Test(arguments: [
        ("shoonya", "https://api.shoonya.com/"),
        ("flattrade", "https://flattrade.s3.ap-south-1.amazonaws.com/scripmaster/"),
        (
            "shoonya\n        masters: { url: 'http://localhost:1/m', exchanges: [MCX, NSE, MCX] }",
            "http://localhost:1/m/"
        ),
        ("shoonya\n        rest: http://localhost:7/NorenWClientTP/", "https://api.shoonya.com/"),
    ])
    func `masters come from where the broker publishes them, or from what is written`(
        profile: String,
        url: String
    ) throws {
        let auth = "{ quickauth: { user: U, vendor_code: V, password: p, api_secret: s, factor2: c } }"
        let source = try #require(try load(profile: profile, auth: auth).clients.first?.broker?.masters.source)
        #expect(source.url == url)
        #expect(source.layout == (profile == "flattrade" ? .flattrade : .zips))
        #expect(
            source.exchanges.map(\.code)
                == (profile.contains("MCX") ? ["MCX", "NSE"] : ["NSE", "NFO", "BSE", "BFO", "MCX", "CDS"])
        )
    }

    @Test func `without a profile masters come from the root of the API's own address`() throws {
        let source = try ConfigurationFolder(ConfigurationFolder.sampleYAML).load().clients.first?.broker?.masters
            .source
        #expect(source?.url == "http://127.0.0.1:9600/")
    }

    @Test func `clients of one address share its masters, with the exchanges of all`() throws {
        let yaml = ConfigurationFolder.sampleYAML
        let start = try #require(yaml.range(of: "  - id:")).lowerBound
        let entry = yaml[start...]
        let other = entry.replacingOccurrences(of: "FA00001", with: "FA00002")
            .replacingOccurrences(of: "${SEXTANT_API_KEY}", with: "another-key")
            .replacingOccurrences(of: "rest: http", with: "masters: { exchanges: [NSE] }\n        rest: http")
        let first = yaml.replacingOccurrences(
            of: "rest: http",
            with: "masters: { exchanges: [MCX] }\n        rest: http"
        )
        let configuration = try ConfigurationFolder(first + other).load()
        let masters = ConfiguredMasters(configuration.clients, beside: "/x.db").all
        #expect(masters.count == 1)
        #expect(masters.first?.clients == ["FA00001", "FA00002"])
        #expect(masters.first?.store.source.exchanges == ["MCX", "NSE"])
        #expect(masters.first?.store.folder.hasPrefix("/x.db.instruments/127.0.0.1-9600-") == true)
    }

    private func load(profile: String, auth: String) throws -> Configuration {
        let yaml = """
            store: { sqlite: s.db }
            clients:
              - id: a
                mode: live
                webhook: { secret: s }
                api: { key: k }
                risk: { base_max_loss: 0.5 }
                broker:
                  noren:
                    profile: \(profile)
                    auth: \(auth)
            """
        return try ConfigurationFolder(yaml).load()
    }
}
