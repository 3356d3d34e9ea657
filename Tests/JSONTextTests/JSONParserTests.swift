@testable import JSONText
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", JSONValue.null), (" true ", true), ("false", false), ("\t[\r\n]", []), ("{}", [:]), ("\"\"", ""),
            ("[1,2]", [1, 2]), ("{\"a\":{\"b\":[null]}}", ["a": ["b": [nil]]]),
        ] as [(String, JSONValue)]
    )
    func `every kind of value is read`(text: String, value: JSONValue) throws {
        #expect(try JSONValue.parse(text) == value)
    }

    @Test(arguments: ["0", "-0", "212.35", "1e2", "1E+2", "-1.50e-07", "12345678901234567890123456789", "70.0"])
    func `a number keeps its own text`(text: String) throws {
        #expect(try JSONValue.parse(text) == .number(text))
        #expect(try JSONValue.parse(text).text == text)
    }

    @Test(arguments: [
        "", " ", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x10", "NaN", "Infinity", "tru", "nul", "True", "[",
        "]",
        "[1,]", "[,1]", "[1 2]", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{1:2}", "\"",
        "\"\\",
        "\"\\x\"", "\"\\u12\"", "\"\\u123g\"", "\"\\u+123\"", "\"\\u-000\"", "\"\\u 123\"", "\"a\nb\"", "\"\u{0}\"",
        "1 2",
        "{} {}", "[1]]", "// no", "/* no */ 1", "\u{FEFF}1",
    ])
    func `what RFC 8259 does not allow is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue.parse(text) }
    }

    @Test func `a name that comes twice is kept twice, in order`() throws {
        let value = try JSONValue.parse(#"{"qty":1,"b":2,"qty":3}"#)
        #expect(value.members?.map(\.name) == ["qty", "b", "qty"])
        #expect(value["qty"] == 1)
        #expect(value.text == #"{"qty":1,"b":2,"qty":3}"#)
    }

    @Test(arguments: [
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "A\u{E9}\u{20AC}"),
        (#""\ud83d\ude00""#, "\u{1F600}"), (#""\uD83D\uDE00x""#, "\u{1F600}x"), (#""a\u0000b""#, "a\u{0}b"),
        (#""\udbff\udfff""#, "\u{10FFFF}"), ("\"é€😀\u{7F}\"", "é€😀\u{7F}"),
    ])
    func `escapes become what they stand for`(text: String, value: String) throws {
        #expect(try JSONValue.parse(text).string.map { Array($0.utf8) } == Array(value.utf8))
    }

    @Test(arguments: [
        #""\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ude00""#, #""\ud83d\ud83d""#,
        #""\ud83d\u""#,
    ])
    func `half of a surrogate pair is refused`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue.parse(text) }
    }

    @Test(
        arguments: [
            [0x80], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE2, 0x82],
        ] as [[UInt8]]
    )
    func `a string that is not UTF-8 is refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue.parse([0x22] + bytes + [0x22]) }
        #expect(throws: JSONError.self) { try JSONValue.parse([0x22, 0x5C, 0x6E] + bytes + [0x22]) }
        #expect(throws: JSONError.self) { try JSONValue.parse(bytes) }
    }

    @Test func `nesting is read to 64 levels and refused beyond`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSONValue.parse(nested(64)).text == nested(64))
        #expect(throws: JSONError.self) { try JSONValue.parse(nested(65)) }
        #expect(throws: JSONError.self) { try JSONValue.parse(String(repeating: "{\"a\":", count: 1_000_000)) }
    }

    @Test func `siblings do not add to the depth`() throws {
        let text = "[" + Array(repeating: "[{\"a\":[]},{}]", count: 200).joined(separator: ",") + "]"
        #expect(try JSONValue.parse(text).text == text)
    }

    @Test func `an error names the byte`() {
        #expect(throws: JSONError(offset: 6, problem: "unexpected character")) { try JSONValue.parse(#"{"a": x}"#) }
    }
}

/// Alerts come from strangers: no text may bring the process down.
@Suite struct JSONRobustnessTests {
    static let alert = #"""
        {"secret_key":"s\u00e9\ud83d\ude00","execution_type":"ENTRY","id":"x","ts":1795406400.25,"legs":[
        {"tradingsymbol":"BANKNIFTY29DEC26C61500","direction":"SELL","qty":60,"price":"212.35","notes":[null,true,-1e5]},
        {"tradingsymbol":"é€😀","direction":"SELL","qty":"60","a":{"b":{"c":[[],{}]}}}]}
        """#

    @Test func `a text cut off at any byte is refused, never read`() throws {
        let bytes = Array(Self.alert.utf8)
        _ = try JSONValue.parse(bytes)
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSONValue.parse(bytes.prefix(count)) }
        }
    }

    @Test func `a garbled text is refused or read, and what was read is written as it was`() throws {
        var chance = Chance(state: 1)
        let original = Array(Self.alert.utf8)
        var read = 0
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0...chance.below(4) { chance.garble(&bytes) }
            guard let value = try? JSONValue.parse(bytes) else { continue }
            read += 1
            let again = try JSONValue.parse(value.utf8)
            #expect(again == value)
            #expect(again.utf8 == value.utf8)
        }
        #expect(read > 100)
    }

    private struct Chance {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }

        mutating func garble(_ bytes: inout [UInt8]) {
            let place = below(bytes.count)
            switch below(5) {
            case 0: bytes[place] = UInt8(below(256))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(UInt8(below(256)), at: place)
            case 3: bytes[place] = Array("{}[]\",:\\ue-0".utf8)[below(12)]
            default: bytes.replaceSubrange(place..., with: bytes[below(bytes.count)...].prefix(300))
            }
            if bytes.isEmpty { bytes = [0x20] }
        }
    }
}

@Suite struct JSONValueTests {
    @Test(
        arguments: [
            (.number("70"), 70), (.string("70"), 70), (.string("-5"), -5), (.number("-0"), 0), (.number("70.0"), nil),
            (.number("1e2"), nil), (.string("+70"), nil), (.string(""), nil), (.string("-"), nil),
            (.string(" 70"), nil),
            (.string("٧"), nil), (.string("9223372036854775808"), nil), (.null, nil), (true, nil),
        ] as [(JSONValue, Int?)]
    )
    func `an integer is one that is written as one`(value: JSONValue, integer: Int?) {
        #expect(value.integer == integer)
    }

    @Test func `members in another order are the same content`() throws {
        let one = try JSONValue.parse(#"{"b":[{"y":1,"x":2}],"a":"é"}"#)
        let two = try JSONValue.parse(#"{ "a" : "\u00e9", "b" : [ { "x":2, "y":1 } ] }"#)
        #expect(one.canonical.utf8 == two.canonical.utf8)
        #expect(one.canonical.text == #"{"a":"é","b":[{"x":2,"y":1}]}"#)
    }

    @Test func `elements in another order are other content`() {
        #expect(JSONValue.array([1, 2]).canonical.utf8 != JSONValue.array([2, 1]).canonical.utf8)
    }

    @Test func `control characters are written as escapes`() throws {
        let text = String(String.UnicodeScalarView((0..<0x20).compactMap(Unicode.Scalar.init))) + "\"\\/\u{7F}"
        let written = JSONValue.string(text).text
        #expect(written.utf8.allSatisfy { $0 >= 0x20 })
        #expect(try JSONValue.parse(written) == .string(text))
    }
}
