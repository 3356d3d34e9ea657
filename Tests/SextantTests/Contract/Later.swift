/// What the contract names and this version does not have. Each has a test that it is not there, so that whoever builds it
/// finds this list and takes the entry off.
enum Later {
    struct Command {
        let words: [String]
        let reason: String
    }

    struct Route {
        let path: String
        let reason: String
    }

    static let commands = [
        Command(words: ["instruments", "sync"], reason: "the instrument masters are read by a later issue"),
        Command(words: ["login", "FA00001"], reason: "OAuth, which needs a person's code, is a later issue"),
        Command(
            words: ["login", "FA00001", "--code", "x"],
            reason: "OAuth, which needs a person's code, is a later issue"
        ),
    ]

    static let routes = [
        Route(path: "/", reason: "the dashboard is a later issue"),
        Route(path: "/metrics", reason: "figures for Prometheus come with the metrics work"),
    ]
}
