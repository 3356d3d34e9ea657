import JSONText
import NIOCore
import Testing

@testable import BrokerNoren

struct ScannerTests {
    private func row(_ text: String) throws -> NorenRow {
        guard case .object(let row) = try NorenScanner.scan(Array(text.utf8)) else {
            throw NeverHappened(what: "an object")
        }
        return row
    }

    @Test func `texts and numbers are found, whatever stands between them`() throws {
        let row = try row(
            #" { "a" : "x" ,"n":-1.50e3,"l":[{"a":"]}"},[]],"o":{"a":{"b":"\"}"}},"t":true,"z":null,"b":" y "} "#
        )
        #expect(row.text("a") == "x" && row.text("n") == "-1.50e3" && row.text("b") == "y")
        #expect(row.text("l") == nil && row.text("o") == nil && row.text("t") == nil && row.text("z") == nil)
    }

    @Test func `the first of two fields with one name counts`() throws {
        #expect(try row(#"{"a":"1","a":"2"}"#).text("a") == "1")
    }

    @Test func `of several names the first that says something counts`() throws {
        #expect(try row(#"{"a":" ","b":"2"}"#).text("a", "b") == "2")
    }

    @Test func `escapes are undone`() throws {
        let row = try row(#"{"a":"\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00\u0026x"}"#)
        #expect(row.text("a") == "\"\\/\u{8}\u{C}\n\r\tA\u{e9}\u{1F600}&x")
    }

    @Test func `escapes that are none do no harm`() throws {
        #expect(try row(#"{"a":"x\ud83dy\uZZZZ\q"}"#).text("a") == "x\u{FFFD}y\u{FFFD}ZZZZq")
    }

    @Test func `stray bytes in a text do not hide its neighbours`() throws {
        let bytes = Array(#"{"a":"x"#.utf8) + [0xFF, 0x01, 0x0A] + Array(#"y","b":"2"}"#.utf8)
        guard case .object(let row) = try NorenScanner.scan(bytes) else {
            Issue.record("no object")
            return
        }
        #expect(row.text("b") == "2")
    }

    @Test func `names longer than ours are passed over, and the empty one is a name`() throws {
        #expect(try row(#"{"a_name_of_more_than_16":"1","":"2","a":"3"}"#).text("a") == "3")
    }

    @Test func `a list is its rows`() throws {
        guard case .list(let rows) = try NorenScanner.scan(Array(#"[{"a":"1"} , {"a":"2"},{},7]"#.utf8)) else {
            Issue.record("no list")
            return
        }
        #expect(rows.map { $0.text("a") } == ["1", "2", nil, nil])
    }

    @Test func `every beginning of an answer is refused`() throws {
        let whole = Array(#"[{"a":"x\"y","n":1.5,"l":[1,{"b":"]"}],"t":true},{"a":null}]"#.utf8)
        #expect(throws: Never.self) { try NorenScanner.scan(whole) }
        for end in 0..<whole.count {
            #expect(throws: ScanError.self) { try NorenScanner.scan(Array(whole[..<end])) }
        }
    }

    @Test(arguments: [
        #"{"a":"1"}x"#, #"{"a" "1"}"#, #"{"a":}"#, #"{a:1}"#, #"{"a":"1",}"#, #"[{"a":1},]"#, #"{"a":[}]}"#,
        #"{"a":tru}"#,
        #"{"a":"1" "b":"2"}"#, "[1 2]", "{]", #"{"a":'1'}"#, "\u{0}", "{}\u{0}", #"{"a":"\"#,
    ])
    func `what is no JSON is refused`(text: String) {
        #expect(throws: ScanError.self) { try NorenScanner.scan(Array(text.utf8)) }
    }

    @Test func `what the scanner finds is what the parser finds`() throws {
        for text in [Rows.order, Rows.trade, Rows.position, OrderMessageTests.message] {
            let json = try JSONValue.parse(text)
            let row = try NorenRow(json)
            #expect(row.text("tsym") == json["tsym"]?.scalarText && row.text("exch") == json["exch"]?.scalarText)
            #expect(row.text("norenordno") == json["norenordno"]?.scalarText)
        }
    }

    @Test func `deep nesting is no trouble`() throws {
        let text = #"{"l":"# + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + "}"
        #expect(try row(text).text("l") == nil)
    }
}

struct OnceBodyTests {
    private func read(_ body: OnceBody) -> [UInt8]? { body.withContiguousStorageIfAvailable { [UInt8]($0) } }

    @Test func `a body is handed over once, and then cannot be taken back`() {
        let body = OnceBody([1, 2, 3])
        #expect(body.count == 3)
        #expect(read(body) == [1, 2, 3])
        #expect(read(body) == [])
        #expect(!body.takeBack())
    }

    @Test func `a body that was taken back is never handed over, though its length was announced`() {
        let body = OnceBody([1])
        #expect(body.takeBack())
        #expect(read(body) == [] && body[0] == 0)
        #expect(body.count == 1)
        #expect(body.takeBack())
    }

    @Test func `a body that is read byte by byte has left`() {
        let body = OnceBody([1, 2])
        #expect(body[0] == 1)
        #expect(!body.takeBack())
    }
}
