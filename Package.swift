// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOWebSocket", package: "swift-nio"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
    name: "sextant",
    products: [
        .executable(name: "sextant", targets: ["sextant"]),
        .library(name: "NorenSimulator", targets: ["NorenSimulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "JSONText", swiftSettings: strict),
        .target(name: "Trading", dependencies: ["JSONText"], swiftSettings: strict),
        .target(
            name: "EventLoops",
            dependencies: [.product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: strict
        ),
        .target(name: "Desk", dependencies: ["Trading"], swiftSettings: strict),
        .target(
            name: "Engine",
            dependencies: [
                "Desk", "Trading", "JSONText", logging, lifecycle,
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "StoreSQLite",
            dependencies: [
                "Engine", "Desk", "Trading", "JSONText", "CZlib", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "BrokerNoren",
            dependencies: [
                "Engine", "Desk", "Trading", "JSONText", "EventLoops", "CZlib", logging, crypto,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio,
            swiftSettings: strict
        ),
        .target(
            name: "NorenSimulator",
            dependencies: ["JSONText", "EventLoops", "CZlib", logging, crypto, lifecycle] + nio,
            swiftSettings: strict
        ),
        .target(
            name: "Gateway",
            dependencies: [
                "Engine", "Desk", "Trading", "JSONText", "EventLoops", logging, crypto, lifecycle,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "World",
            dependencies: [
                "Engine", "Desk", "Trading", logging,
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "AlertsTelegram",
            dependencies: [
                "Engine", "Desk", "Trading", "JSONText", logging, lifecycle,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "sextant",
            dependencies: [
                "BrokerNoren", "Desk", "Engine", "Gateway", "JSONText", "NorenSimulator", "StoreSQLite", "Trading",
                "World", "AlertsTelegram",
                logging, lifecycle, crypto,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Desk", "Trading"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .target(
            name: "BotAPIServer",
            dependencies: [
                "Trading", "JSONText", logging, lifecycle,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Tests/BotAPIServer",
            swiftSettings: strict
        ),
        .testTarget(
            name: "AlertsTelegramTests",
            dependencies: [
                "AlertsTelegram", "BotAPIServer", "StoreSQLite", "Engine", "Desk", "Trading", "JSONText", logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "JSONTextTests", dependencies: ["JSONText"], swiftSettings: strict),
        .testTarget(name: "TradingTests", dependencies: ["Trading", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "DeskTests", dependencies: ["Desk", "Trading", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "Engine", "Desk", "Trading", "JSONText", "StoreSQLite", logging, lifecycle,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StoreSQLiteTests",
            dependencies: [
                "StoreSQLite", "Engine", "Desk", "Trading", "JSONText", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "BrokerNorenTests",
            dependencies: [
                "BrokerNoren", "NorenSimulator", "StoreSQLite", "Engine", "Desk", "Trading", "JSONText", "CZlib",
                "TestSupport", logging,
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + nio,
            swiftSettings: strict
        ),
        .testTarget(
            name: "NorenSimulatorTests",
            dependencies: ["NorenSimulator", "JSONText", logging, crypto, lifecycle] + nio,
            swiftSettings: strict
        ),
        .testTarget(name: "SimulationTests", dependencies: ["World"], swiftSettings: strict),
        .testTarget(
            name: "GatewayTests",
            dependencies: ["Gateway", "Engine", "Desk", "Trading", "JSONText", crypto],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SextantTests",
            dependencies: [
                "sextant", "BrokerNoren", "Desk", "NorenSimulator", "Engine", "Trading", "JSONText", "TestSupport",
                "World", "AlertsTelegram", "BotAPIServer",
                logging, crypto,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
    ]
)
