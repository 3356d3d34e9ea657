import TestSupport
import Testing
import Trading

@testable import BrokerNoren

@Suite struct MasterRowTests {
    static let cash = "Exchange,Token,LotSize,Symbol,TradingSymbol,Instrument,TickSize,\n"
    static let derivatives =
        "Exchange,Token,LotSize,Symbol,TradingSymbol,Expiry,Instrument,OptionType,StrikePrice,TickSize,\n"
    static let currency =
        "Exchange,Token,LotSize,Precision,Multiplier,Symbol,TradingSymbol,Expiry,Instrument,OptionType,StrikePrice,TickSize,\n"
    static let commodity =
        "Exchange,Token,LotSize,GNGD,Symbol,TradingSymbol,Expiry,Instrument,OptionType,StrikePrice,TickSize,\n"

    private func read(
        _ text: String,
        _ exchange: Exchange
    ) throws(MasterFlaw) -> (table: ContractTable, count: MasterRows.Count) {
        var builder = ContractTableBuilder()
        let file = MasterFile(name: "\(exchange)_symbols.txt", exchange: exchange)
        let count = try file.read(Array(text.utf8), into: &builder)
        return (builder.finish(), count)
    }

    private func flaw(_ text: String, _ exchange: Exchange) -> String {
        do throws(MasterFlaw) {
            _ = try read(text, exchange)
            return "none"
        } catch {
            return "\(error.kind.rawValue) \(error)"
        }
    }

    @Test func `a share, an index and a bond of the cash market`() throws {
        let rows =
            "NSE,22,1,ACC,ACC-EQ,EQ,0.05,\nNSE,26000,1,Nifty 50,NIFTY INDEX,INDEX,0,\nNSE,7,100,GOI,GOI-GS,GS,5,\n"
        let table = try read(Self.cash + rows, "NSE").table
        let share = try #require(table.contract(Instrument("NSE", "ACC-EQ")))
        #expect(share.kind == .equity)
        #expect(share.token == "22")
        #expect(share.underlying == "ACC")
        #expect(share.lot == 1)
        #expect(share.tick == Price("0.05"))
        #expect(share.expiry == nil)
        let index = try #require(table.contract("NSE", token: "26000"))
        #expect(index.kind == .index)
        #expect(index.tick == nil)
        #expect(table.contract(Instrument("NSE", "GOI-GS"))?.lot == 100)
    }

    @Test func `options and futures, whatever the order of the exchange's columns`() throws {
        let nfo = try read(
            Self.derivatives + "NFO,68407,65,NIFTY,NIFTY29SEP26F,29-SEP-2026,FUTIDX,XX,-0.01,0.1,\n"
                + "NFO,156871,900,ZYDUSLIFE,ZYDUSLIFE29SEP26P1600,29-SEP-2026,OPTSTK,PE,1600,0.05,\n",
            "NFO"
        ).table
        let future = try #require(nfo.contract("NFO", token: "68407"))
        #expect(future.kind == .indexFuture)
        #expect(future.expiry?.description == "2026-09-29")
        #expect(future.strike == nil)
        #expect(future.right == nil)
        #expect(future.tick == Price("0.1"))
        let option = try #require(nfo.contract(Instrument("NFO", "ZYDUSLIFE29SEP26P1600")))
        #expect(option.kind == .stockOption)
        #expect(option.strike == Price("1600"))
        #expect(option.right == .put)
        #expect(option.lot == 900)
        let cds = try read(
            Self.currency + "CDS,17274,1,4,1000,USDJPY,USDJPY29DEC26P141,29-DEC-2026,OPTCUR,PE,141.25,0.0025,\n",
            "CDS"
        ).table
        #expect(cds.contract("CDS", token: "17274")?.kind == .currencyOption)
        #expect(cds.contract("CDS", token: "17274")?.tick == Price("0.0025"))
        #expect(cds.contract("CDS", token: "17274")?.strike == Price("141.25"))
        let mcx = try read(
            Self.commodity + "MCX,574822,100,0.1,SILVER100,SILVER10031JUL26,31-JUL-2026,FUTCOM,XX,0,1,\n",
            "MCX"
        ).table
        #expect(mcx.contract(Instrument("MCX", "SILVER10031JUL26"))?.kind == .commodityFuture)
        #expect(mcx.contract(Instrument("MCX", "SILVER10031JUL26"))?.lot == 100)
    }

    @Test func `the CSV of a broker that gives no ticks`() throws {
        let text = """
            Exchange,Token,Lotsize,Symbol,Tradingsymbol,Instrument,Expiry,Strike,Optiontype
            NFO,40123,65,NIFTY,NIFTY29DEC26P25000,OPTIDX,29-Dec-2026,25000,PE,\r
            """
        let contract = try #require(try read(text, "NFO").table.contract("NFO", token: "40123"))
        #expect(contract.kind == .indexOption)
        #expect(contract.tick == nil)
        #expect(contract.right == .put)
        #expect(contract.expiry?.description == "2026-12-29")
    }

    @Test(
        arguments: [
            ("NFO", "FUTIDX", .indexFuture), ("NFO", "FUTSTK", .stockFuture), ("BFO", "OPTIDX", .indexOption),
            ("BFO", "OPTSTK", .stockOption), ("NFO", "FUTIVX", .indexFuture), ("CDS", "FUTCUR", .currencyFuture),
            ("CDS", "FUTIRC", .currencyFuture), ("CDS", "OPTCUR", .currencyOption), ("MCX", "FUTCOM", .commodityFuture),
            ("MCX", "OPTFUT", .commodityOption), ("MCX", "FUTIDX", .commodityFuture), ("NSE", "FUTIDX", .equity),
            ("BSE", "A", .equity), ("NSE", "INDEX", .index), ("CDS", "UNDCUR", nil), ("MCX", "COM", nil),
            ("NFO", "OPT", nil), ("NFO", "OPTXYZ", nil), ("NFO", "", nil),
        ] as [(Exchange, String, ContractKind?)]
    )
    func `the kind is read from the master's column`(exchange: Exchange, code: String, kind: ContractKind?) {
        let code = Array(code.utf8)
        #expect(ContractKind(code.span, on: exchange) == kind)
    }

    @Test func `rows that nobody can order are passed over`() throws {
        let text =
            Self.derivatives + "NFO,36725,,,,,,,0,0,\n\nNFO,1,0,X,X29DEC26F,29-DEC-2026,FUTSTK,XX,0,0.05,\n"
            + "NFO,2,1,Y,Y,29-DEC-2026,UNDSTK,XX,0,0.05,\nNFO,3,5,Z,Z29DEC26F,29-DEC-2026,FUTSTK,XX,0,0.05,"
        let (table, count) = try read(text, "NFO")
        #expect(count.contracts == 1)
        #expect(count.skipped == 3)
        #expect(table.contract("NFO", token: "3")?.lot == 5)
    }

    @Test(arguments: [
        ("NFO,1,65,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0\n", "missingColumn", "row 3, column TickSize"),
        ("NFO,1,65,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,\n", "unreadable", "row 3, column TickSize: \"\" is no step"),
        ("NFO,1,65,N\n", "missingColumn", "row 3, column TradingSymbol"),
        ("NFO,1,65,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,0.05,7,\n", "unreadable", "row 3: the row has 12 columns"),
        ("NSE,1,65,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,0.05,\n", "unreadable", "column Exchange: \"NSE\" is not NFO"),
        ("NFO,1,sixty,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,0.05,\n", "unreadable", "column LotSize: \"sixty\""),
        ("NFO,1,65.5,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,0.05,\n", "unreadable", "column LotSize: \"65.5\""),
        ("NFO,1,-65,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,0.05,\n", "unreadable", "column LotSize: \"-65\""),
        ("NFO,1,99999999999,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,0.05,\n", "unreadable", "column LotSize"),
        ("NFO,1,65,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,0.00001,\n", "unreadable", "column TickSize: \"0.00001\""),
        ("NFO,1,65,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,9999999,\n", "unreadable", "column TickSize"),
        ("NFO,1,65,N,N29DEC26F,31-NOV-2026,FUTIDX,XX,0,0.05,\n", "unreadable", "column Expiry: \"31-NOV-2026\""),
        ("NFO,1,65,N,N29DEC26F,,FUTIDX,XX,0,0.05,\n", "unreadable", "column Expiry: \"\" is no date"),
        ("NFO,1,65,N,N29DEC26F,2026-12-29,FUTIDX,XX,0,0.05,\n", "unreadable", "column Expiry"),
        ("NFO,1,65,N,N29DEC26P1,29-DEC-2026,OPTIDX,XX,1,0.05,\n", "unreadable", "column OptionType: \"XX\""),
        ("NFO,1,65,N,N29DEC26P1,29-DEC-2026,OPTIDX,PE,,0.05,\n", "unreadable", "column StrikePrice: \"\" is no strike"),
        ("NFO,1,65,N,N29DEC26P1,29-DEC-2026,OPTIDX,PE,0,0.05,\n", "unreadable", "column StrikePrice: \"0\""),
        ("NFO,,65,N,N29DEC26F,29-DEC-2026,FUTIDX,XX,0,0.05,\n", "unreadable", "column Token: is empty"),
        (
            "NFO,1,65,N,\(String(repeating: "N", count: 65)),29-DEC-2026,FUTIDX,XX,0,0.05,\n", "unreadable",
            "column TradingSymbol: is longer"
        ),
        ("\(String(repeating: ",", count: 1025))\n", "unreadable", "row 3: the line is longer"),
        (String(repeating: "x", count: 2000), "unreadable", "row 3: the line is longer"),
    ])
    func `a flaw is named with its file, row and column`(row: String, kind: String, place: String) {
        let text = Self.derivatives + "NFO,9,65,N,N29DEC26C1,29-DEC-2026,OPTIDX,CE,1,0.05,\n" + row
        let flaw = flaw(text, "NFO")
        #expect(flaw.hasPrefix("\(kind) NFO_symbols.txt, row 3"), "\(flaw)")
        #expect(flaw.contains(place), "\(flaw)")
    }

    @Test(arguments: [
        ("", "empty NSE_symbols.txt: the file is empty"), ("\n\n", "empty NSE_symbols.txt: the file is empty"),
        (MasterRowTests.cash, "empty NSE_symbols.txt: there is no contract in it"),
        (
            "Exchange,Token,Symbol,TradingSymbol,Instrument,TickSize,\nNSE,1,A,A-EQ,EQ,0.05,\n",
            "missingColumn NSE_symbols.txt, row 1, column LotSize: the header does not have it"
        ),
        (
            "Exchange,Token,Token,LotSize,Symbol,TradingSymbol,Instrument,\n",
            "unreadable NSE_symbols.txt, row 1, column Token: the header names it twice"
        ),
        (
            "<html><body>502 Bad Gateway</body></html>",
            "missingColumn NSE_symbols.txt, row 1, column Exchange: the header does not have it"
        ),
    ])
    func `a file that is no master is refused`(text: String, expected: String) {
        #expect(flaw(text, "NSE") == expected)
    }

    @Test func `a value of control characters is not printed as it is`() {
        let flaw = flaw(Self.cash + "NSE,1,\u{1B}[31m,A,A-EQ,EQ,0.05,\n", "NSE")
        #expect(flaw.contains("column LotSize: \"[31m\""))
    }

    @Test(arguments: 1...40) func `wherever a piece ends, the rows are the same`(length: Int) throws {
        let bytes = Array(MasterText.generated("NFO", count: 20).utf8)
        var builder = ContractTableBuilder()
        var rows = MasterRows(of: ["NFO"])
        for start in stride(from: 0, to: bytes.count, by: length) {
            try rows.take(bytes.span.extracting(start..<min(start + length, bytes.count)), into: &builder)
        }
        try rows.finish(into: &builder)
        let table = builder.finish()
        for number in 0..<20 {
            let contract = GeneratedContracts.contract(number, on: "NFO")
            #expect(table.contract(contract.instrument) == contract)
        }
    }

    @Test(arguments: GeneratedContracts.wholeMarket.map(\.exchange))
    func `what a master says is what the table gives`(exchange: Exchange) throws {
        let (table, count) = try read(MasterText.generated(exchange, count: 300), exchange)
        #expect(count.contracts == 300)
        for number in 0..<300 {
            let contract = GeneratedContracts.contract(number, on: exchange)
            #expect(table.contract(contract.instrument) == contract)
        }
    }

    @Test func `no text makes the reader crash`() {
        var random = SeededGenerator(seed: 4)
        let pool = Array((Self.derivatives + ",,,\n\n\r.-0159NFOPTIDXCEX\u{0}\u{FF}").utf8)
        for _ in 0..<3000 {
            var bytes = Array((Self.derivatives + "NFO,9,65,N,N29DEC26C1,29-DEC-2026,OPTIDX,CE,1,0.05,\n").utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = pool.randomElement(using: &random) ?? 0
            }
            var builder = ContractTableBuilder()
            _ = try? MasterFile(name: "F", exchange: "NFO").read(bytes, into: &builder)
        }
    }
}
