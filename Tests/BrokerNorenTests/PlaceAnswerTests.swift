import Desk
import Testing
import Trading

@testable import BrokerNoren

struct PlaceAnswerTests {
    static let statuses = [200, 201, 400, 401, 403, 429, 500, 502, 503, 504]

    @Test(arguments: statuses)
    func `Ok with a number is accepted, whatever the HTTP status`(status: Int) {
        let answer = PlaceAnswer(.answered(#"{"stat":"Ok","norenordno":"26112000000017"}"#, status))
        #expect(answer == .accepted("26112000000017"))
    }

    @Test func `stat is read in any case, and the number as text or number`() {
        #expect(PlaceAnswer(.answered(#"{"stat":"OK","norenordno":26112000000017}"#)) == .accepted("26112000000017"))
    }

    @Test(arguments: statuses)
    func `Not_Ok with a text is refused, whatever the HTTP status`(status: Int) {
        let answer = PlaceAnswer(.answered(#"{"stat":"Not_Ok","emsg":"Invalid Input :  Invalid Disc Qty"}"#, status))
        #expect(answer == .refused("Invalid Input :  Invalid Disc Qty", sessionExpired: false))
    }

    @Test(arguments: [
        "Session Expired :  Invalid Session Key", "Session Expired : x", "Invalid Input :  invalid session",
    ])
    func `a refusal that is about the session says so`(text: String) {
        guard case .refused(_, sessionExpired: true) = PlaceAnswer(.answered(#"{"stat":"Not_Ok","emsg":"\#(text)"}"#))
        else {
            Issue.record("not a refusal about the session")
            return
        }
    }

    @Test func `an order above the rate limit was refused`() {
        let text = "Invalid Input : Order Recieved 11 in a current second exceeds Limit 10 for user"
        let answer = PlaceAnswer(.answered(#"{"stat":"Not_Ok","emsg":"\#(text)"}"#, 429))
        #expect(answer == .throttled(text))
    }

    @Test(arguments: [
        #"{"stat":"Not_Ok","emsg":"Server Timeout :  "}"#, #"{"stat":"Not_Ok","emsg":"Error: server timeout"}"#,
        #"{"stat":"Not_Ok","emsg":""}"#, #"{"stat":"Not_Ok","emsg":"  "}"#, #"{"stat":"Not_Ok"}"#,
        #"{"stat":"Ok"}"#, #"{"stat":"Ok","norenordno":" "}"#, #"{"stat":"Ok","norenordno":null}"#,
        #"{"stat":"Oi created"}"#, #"{"norenordno":"1"}"#, "[]", #"[{"stat":"Ok","norenordno":"1"}]"#, "null", "7",
        #""Ok""#, "", " \n", "<html>502 Bad Gateway</html>", "\n<!DOCTYPE html>", #"{"stat":"Ok","norenordno":"261"#,
        "\u{0}\u{1}",
    ])
    func `everything else is unanswered, whatever the HTTP status`(body: String) {
        for status in Self.statuses {
            guard case .unanswered(let text) = PlaceAnswer(.answered(body, status)) else {
                Issue.record("\(body) with \(status) was taken for an answer")
                continue
            }
            #expect(!text.isEmpty && text.utf8.count < 100)
        }
    }

    @Test func `what was lost or oversized is unanswered, what never left is not sent`() {
        #expect(PlaceAnswer(.lost("x")) == .unanswered("x"))
        #expect(PlaceAnswer(.oversized("x")) == .unanswered("x"))
        #expect(PlaceAnswer(.notSent("x")) == .notSent("x"))
    }

    @Test func `a body that is not understood is never repeated`() {
        guard case .unanswered(let text) = PlaceAnswer(.answered("<html>jKey=s3cret</html>", 502)) else {
            Issue.record("a page was taken for an answer")
            return
        }
        #expect(text == "an HTML page (HTTP 502)")
    }
}

struct CancelAnswerTests {
    @Test func `Ok is accepted, also without a result`() {
        #expect(CancelAnswer(.answered(#"{"stat":"Ok","result":"26112000000017"}"#)) == .accepted)
        #expect(CancelAnswer(.answered(#"{"stat":"Ok"}"#)) == .accepted)
    }

    @Test func `a text refuses`() {
        let answer = CancelAnswer(
            .answered(#"{"stat":"Not_Ok","emsg":"Rejected : ORA:Order not found to Cancel"}"#, 400)
        )
        #expect(answer == .refused("Rejected : ORA:Order not found to Cancel"))
    }

    @Test(arguments: [#"{"stat":"Not_Ok"}"#, #"{"stat":"Not_Ok","emsg":"Server Timeout : "}"#, "<html>", "", "[]"])
    func `everything else is unanswered`(body: String) {
        guard case .unanswered = CancelAnswer(.answered(body)) else {
            Issue.record("\(body) was taken for an answer")
            return
        }
    }

    @Test func `what was lost is unanswered, what never left is not sent`() {
        #expect(CancelAnswer(.lost("x")) == .unanswered("x"))
        #expect(CancelAnswer(.notSent("x")) == .notSent("x"))
    }
}
