import JSONText
import Testing
import Trading

@testable import BrokerNoren
import Desk

struct RequestTests {
    private func body(_ change: (inout OrderCommand) -> Void) -> String {
        let fields = JSONValue.placing(.sample(change), user: "FA00001")
        return String(decoding: RequestBody.bytes(fields, .sample), as: UTF8.self)
    }

    private let head = #"jData={"ordersource":"API","uid":"FA00001","actid":"FA00001","trantype":"B","prd":"I","#
    private let tail = #""remarks":"\#(CommandID.sample.tag)"}&jKey=t0ken"#

    @Test func `a limit order`() {
        #expect(
            body { _ in } == head
                + #""exch":"NSE","tsym":"ACC-EQ","qty":"2","dscqty":"0","prctyp":"LMT","prc":"1728.05","ret":"DAY","#
                + tail
        )
    }

    @Test func `a market order has the price 0`() {
        #expect(
            body { $0.type = .market } == head
                + #""exch":"NSE","tsym":"ACC-EQ","qty":"2","dscqty":"0","prctyp":"MKT","prc":"0","ret":"DAY","# + tail
        )
    }

    @Test func `a stop-limit order has price and trigger`() {
        let text = body {
            $0.type = .stopLimit
            $0.triggerPrice = Price(tenThousandths: 17_200_000)
            $0.validity = .immediateOrCancel
        }
        #expect(
            text == head
                + #""exch":"NSE","tsym":"ACC-EQ","qty":"2","dscqty":"0","prctyp":"SL-LMT","prc":"1728.05","trgprc":"1720.00","#
                + #""ret":"IOC","# + tail
        )
    }

    @Test func `a stop-market order has a trigger and the price 0`() {
        let text = body {
            $0.type = .stopMarket
            $0.triggerPrice = Price(tenThousandths: 17_200_000)
            $0.validity = .endOfSession
        }
        #expect(
            text == head
                + #""exch":"NSE","tsym":"ACC-EQ","qty":"2","dscqty":"0","prctyp":"SL-MKT","prc":"0","trgprc":"1720.00","#
                + #""ret":"EOS","# + tail
        )
    }

    @Test func `a price has as many decimals as it needs, and two at least`() {
        #expect(body { $0.price = Price(tenThousandths: 841_525) }.contains(#""prc":"84.1525","#))
        #expect(body { $0.price = Price(tenThousandths: 1_005_000) }.contains(#""prc":"100.50","#))
        #expect(body { $0.price = Price(tenThousandths: 50_000_000) }.contains(#""prc":"5000.00","#))
    }

    @Test func `a sale of a carried position`() {
        let text = body {
            $0.side = .sell
            $0.product = .margin
            $0.instrument = Instrument("NFO", "NIFTY24NOV26C25000")
        }
        #expect(text.contains(#""trantype":"S","prd":"M","exch":"NFO","tsym":"NIFTY24NOV26C25000""#))
    }

    @Test func `the ampersand of a symbol is percent-encoded, and no other one stands in the JSON`() {
        let text = body { $0.instrument = Instrument("NSE", "M&M-EQ") }
        #expect(text.contains(#""tsym":"M%26M-EQ""#))
        #expect(text.split(separator: "&").count == 2)
    }

    @Test func `spaces and other marks of a symbol are encoded as forms do`() {
        #expect(SymbolForm.percentEncoded.text(of: "NIFTY INDEX|é") == "NIFTY+INDEX%7C%C3%A9")
        #expect(SymbolForm.plain.text(of: "M&M-EQ") == "M&M-EQ")
    }

    @Test func `an ampersand anywhere else is written as a JSON escape`() {
        let bytes = RequestBody.bytes(["uid": "a&b", "k&": "&&"], nil)
        #expect(String(decoding: bytes, as: UTF8.self) == #"jData={"uid":"a\u0026b","k\u0026":"\u0026\u0026"}"#)
    }

    @Test func `a cancel names the order only`() {
        let fields = JSONValue.cancelling("26112000000017", user: "FA00001")
        #expect(fields.text == #"{"ordersource":"API","uid":"FA00001","norenordno":"26112000000017"}"#)
    }

    @Test func `each book is asked for as documented`() {
        #expect(JSONValue.reading(.orderBook, user: "U").text == #"{"ordersource":"API","uid":"U"}"#)
        #expect(JSONValue.reading(.tradeBook, user: "U").text == #"{"ordersource":"API","uid":"U","actid":"U"}"#)
        #expect(JSONValue.reading(.positionBook, user: "U").text == #"{"uid":"U","actid":"U"}"#)
    }

    @Test func `a login shows hashes, never what they are of`() {
        let text = QuickAuth.fields(.sample(), user: "FA00001", code: "654321").text
        #expect(
            text == #"{"source":"API","apkversion":"1.0.0","uid":"FA00001","#
                + #""pwd":"0535c9deed81288422a0ba17f26fda08ec5dc9e043fbbca638192c1b485f55bf","factor2":"654321","#
                + #""vc":"FA00001_U","appkey":"cc0305f44b2cc583d83326944c872735a6462b39de07d578892a8262eed0b99d","imei":"sextant"}"#
        )
    }
}
