import Engine
import HTTPTypes
import Hummingbird
import JSONText
import Trading

/// Who calls, once the key is known to be right.
struct Caller: Sendable {
    let bearer: Credentials.Bearer
    private let known: [ClientID]

    init(_ bearer: Credentials.Bearer, known: [ClientID]) {
        self.bearer = bearer
        self.known = known
    }

    /// Who it is, for the record.
    var name: String {
        switch bearer {
        case .admin: "admin"
        case .client(let id): id.text
        }
    }

    /// The clients whose orders this caller may see. Another one named is not there, rather than forbidden: nobody
    /// learns which clients exist.
    func clients(named name: String?) throws(APIProblem) -> [ClientID] {
        let own: [ClientID] =
            switch bearer {
            case .client(let id): [id]
            case .admin: known
            }
        guard let name else { return own }
        guard own.contains(ClientID(name)) else { throw .notFound("there is no client \(name)", field: "client") }
        return [ClientID(name)]
    }

    /// The one client that this caller acts for.
    func client(named name: String?) throws(APIProblem) -> ClientID {
        let clients = try clients(named: name)
        guard clients.count == 1, let only = clients.first else {
            throw .badRequest("the admin key acts for several clients; say which with client", field: "client")
        }
        return only
    }
}

/// What is wrong with a request, as it is answered.
struct APIProblem: Error {
    let status: HTTPResponse.Status
    let title: String
    let detail: String
    let field: String?

    var response: Response { .problem(status, title, detail, field: field) }
    var json: JSONValue { .problem(status.code, title, detail, field: field) }

    static func missingOrder(_ id: String) -> APIProblem {
        notFound("there is no order \(id.prefix(40))", field: "command_id")
    }

    static func notFound(_ detail: String, field: String? = nil) -> APIProblem {
        APIProblem(status: .notFound, title: "Not Found", detail: detail, field: field)
    }

    static func badRequest(_ detail: String, field: String? = nil) -> APIProblem {
        APIProblem(status: .badRequest, title: "Bad Request", detail: detail, field: field)
    }

    static func unprocessable(_ problems: [FieldProblem]) -> APIProblem {
        APIProblem(
            status: .unprocessableContent,
            title: "Unprocessable Content",
            detail: problems.map(\.description).joined(separator: "; "),
            field: problems.first?.field
        )
    }

    static func forbidden(_ detail: String) -> APIProblem {
        APIProblem(status: .forbidden, title: "Forbidden", detail: detail, field: nil)
    }

    static func conflict(_ detail: String) -> APIProblem {
        APIProblem(status: .conflict, title: "Conflict", detail: detail, field: nil)
    }

    init(status: HTTPResponse.Status, title: String, detail: String, field: String?) {
        self.status = status
        self.title = title
        self.detail = detail
        self.field = field
    }

    init(_ refusal: IntakeRefusal) {
        switch refusal {
        case .unknownClient:
            self.init(status: .notFound, title: "Not Found", detail: refusal.message, field: nil)
        case .setAside:
            self.init(status: .conflict, title: "Conflict", detail: refusal.message, field: nil)
        case .notReady, .busy, .stopping:
            self.init(status: .serviceUnavailable, title: "Service Unavailable", detail: refusal.message, field: nil)
        }
    }
}
