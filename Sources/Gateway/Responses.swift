import HTTPTypes
import Hummingbird
import JSONText
import NIOCore

extension Response {
    static func json(
        _ status: HTTPResponse.Status,
        _ value: JSONValue,
        type: String = "application/json; charset=utf-8",
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: value.utf8)))
    }

    /// RFC 9457.
    static func problem(
        _ status: HTTPResponse.Status,
        _ title: String,
        _ detail: String,
        field: String? = nil
    ) -> Response {
        let body = JSONValue.problem(status.code, title, detail, field: field)
        return .json(status, body, type: "application/problem+json")
    }
}

extension JSONValue {
    static func problem(_ status: Int, _ title: String, _ detail: String, field: String? = nil) -> JSONValue {
        let members = [
            JSONMember("type", "about:blank"), JSONMember("title", .string(title)),
            JSONMember("status", JSONValue(status)), JSONMember("detail", .string(detail)),
        ]
        return .object(members + (field.map { [JSONMember("field", .string($0))] } ?? []))
    }
}
