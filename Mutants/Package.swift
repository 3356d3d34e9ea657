// swift-tools-version:6.2
import PackageDescription

// The core and its tests once more, with faults planted in it (`make mutate`). The product's own package knows none of
// them: there `mutant(_:)` is false at compile time.
let planted: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .define("MUTANTS"),
    .unsafeFlags(["-enable-testing"]),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let package = Package(
    name: "mutants",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        .target(name: "JSONText", swiftSettings: planted),
        .target(name: "Trading", dependencies: ["JSONText"], swiftSettings: planted),
        .target(name: "Desk", dependencies: ["Trading"], swiftSettings: planted),
        .target(
            name: "Engine",
            dependencies: [
                "Desk", "Trading", "JSONText", logging, lifecycle,
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: planted
        ),
        .target(
            name: "World",
            dependencies: [
                "Engine", "Desk", "Trading", logging,
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: planted
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Desk", "Trading"],
            path: "Tests/TestSupport",
            swiftSettings: planted
        ),
        .testTarget(name: "TradingTests", dependencies: ["Trading", "TestSupport"], swiftSettings: planted),
        .testTarget(name: "DeskTests", dependencies: ["Desk", "Trading", "TestSupport"], swiftSettings: planted),
        .testTarget(name: "SimulationTests", dependencies: ["World"], swiftSettings: planted),
    ]
)
