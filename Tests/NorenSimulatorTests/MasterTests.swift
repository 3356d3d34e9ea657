import Foundation
import JSONText
import NIOHTTP1
import Testing

@testable import NorenSimulator

@Suite struct MasterTests {
    /// Python's own zip reader checks structure, sizes and checksum, and prints the only entry.
    private func unzipped(_ bytes: [UInt8], named name: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("master-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("master.zip")
        try Data(bytes).write(to: file)
        let program =
            "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; "
            + "assert z.namelist()==[sys.argv[2]], z.namelist(); sys.stdout.write(z.read(sys.argv[2]).decode())"
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-c", program, file.path, name]
        let output = Pipe()
        python.standardOutput = output
        try python.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
        return String(decoding: text, as: UTF8.self)
    }

    @Test(arguments: SymbolMaster.exchanges)
    func `a master is a zip that Python reads, and it holds the instrument table`(exchange: String) async throws {
        try await withSimulator { running in
            let answer = try await running.post("/\(exchange)_symbols.txt.zip", "", method: .GET)
            #expect(answer.status == 200)
            #expect(answer.type == "application/zip")
            let text = try unzipped(answer.body, named: "\(exchange)_symbols.txt")
            let rows = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            let header = try #require(rows.first)
            #expect(rows.allSatisfy { $0.last == "" && $0.count == header.count })
            func column(_ name: String, _ row: [Substring]) -> String {
                header.firstIndex { $0 == name }.map { String(row[$0]) } ?? ""
            }
            let found = rows.dropFirst().filter { !column("TradingSymbol", $0).isEmpty }.map { row in
                ["Token", "TradingSymbol", "LotSize", "Expiry", "OptionType"].map { column($0, row) }
            }
            let table = Exchange.sample().instruments
            let expected = table.listed.map { table[$0] }.filter { $0.exchange == exchange }.map { instrument in
                [
                    instrument.token, instrument.tradingSymbol, String(instrument.lot),
                    instrument.expiry?.inMaster ?? "", instrument.optionType ?? "",
                ]
            }
            #expect(Set(found) == Set(expected))
            #expect(found.count == expected.count)
        }
    }

    @Test func `rows are laid out as the broker's`() {
        let table = Exchange.sample().instruments
        func lines(_ exchange: String) -> [String] {
            let instruments = table.listed.map { table[$0] }.filter { $0.exchange == exchange }
            return SymbolMaster(exchange: exchange, instruments: instruments).text.split(separator: "\n").map {
                String($0)
            }
        }
        let cash = lines("NSE")
        #expect(cash[0] == "Exchange,Token,LotSize,Symbol,TradingSymbol,Instrument,TickSize,")
        #expect(cash.contains("NSE,22,1,ACC,ACC-EQ,EQ,0.05,"))
        #expect(cash.contains("NSE,2885,1,RELIANCE,RELIANCE-EQ,EQ,0.1,"))
        #expect(cash.contains("NSE,26000,1,Nifty 50,NIFTY INDEX,INDEX,0,"))
        #expect(lines("BSE").contains("BSE,500325,1,RELIANCE,RELIANCE,A,0.1,"))
        let derivatives = lines("NFO")
        #expect(
            derivatives[0]
                == "Exchange,Token,LotSize,Symbol,TradingSymbol,Expiry,Instrument,OptionType,StrikePrice,TickSize,"
        )
        #expect(derivatives[1] == "NFO,36725,,,,,,,0,0,")
        #expect(derivatives.contains { $0.hasSuffix(",65,NIFTY,NIFTY29DEC26F,29-DEC-2026,FUTIDX,XX,-0.01,0.1,") })
        #expect(derivatives.contains { $0.hasSuffix(",65,NIFTY,NIFTY29DEC26C25000,29-DEC-2026,OPTIDX,CE,25000,0.05,") })
        #expect(lines("BFO").contains { $0.hasSuffix(",BSXOPT,SENSEX26DEC80000PE,29-DEC-2026,OPTIDX,PE,80000,0.05,") })
    }

    @Test func `commodities and currencies have the columns and the instrument codes of their exchanges`() {
        let table = Exchange.sample().instruments
        func lines(_ exchange: String) -> [String] {
            let instruments = table.listed.map { table[$0] }.filter { $0.exchange == exchange }
            return SymbolMaster(exchange: exchange, instruments: instruments).text.split(separator: "\n").map {
                String($0)
            }
        }
        let commodities = lines("MCX")
        #expect(
            commodities[0]
                == "Exchange,Token,LotSize,GNGD,Symbol,TradingSymbol,Expiry,Instrument,OptionType,StrikePrice,TickSize,"
        )
        #expect(
            commodities.contains {
                $0.hasSuffix(",100,1,CRUDEOIL,CRUDEOIL29DEC26,29-DEC-2026,FUTCOM,XX,0,1,")
            }
        )
        #expect(
            commodities.contains {
                $0.hasSuffix(",1250,1,NATURALGAS,NATURALGAS29DEC26P295,29-DEC-2026,OPTFUT,PE,295,0.05,")
            }
        )
        let currencies = lines("CDS")
        #expect(currencies[0].hasPrefix("Exchange,Token,LotSize,Precision,Multiplier,Symbol,TradingSymbol,"))
        #expect(
            currencies.contains { $0.hasSuffix(",1,4,1000,USDINR,USDINR29DEC26F,29-DEC-2026,FUTCUR,XX,0,0.0025,") }
        )
        #expect(
            currencies.contains {
                $0.hasSuffix(",1,4,1000,USDINR,USDINR29DEC26C90.25,29-DEC-2026,OPTCUR,CE,90.25,0.0025,")
            }
        )
        #expect(table.listed.allSatisfy { table[$0].basePrice >= table[$0].tick })
    }

    @Test func `a token stays with its contract while months pass`() throws {
        let table = Exchange.sample().instruments
        var later = Exchange.sample(at: moment(10, 0, daysLater: 3)).instruments
        let number = try #require(table.number(exchange: "NFO", symbol: "NIFTY29DEC26C25000"))
        #expect(
            later.number(exchange: "NFO", token: table[number].token).map { later[$0].tradingSymbol }
                == "NIFTY29DEC26C25000"
        )
        let tokens = later.listed.map { later[$0].exchange + later[$0].token }
        #expect(Set(tokens).count == tokens.count)
        #expect(later.number(exchange: "NFO", symbol: "NIFTY24NOV26F") == nil)
        later.list([], today: CalendarDay(year: 2027, month: 1, day: 1))
        #expect(later.number(exchange: "NFO", symbol: "NIFTY29DEC26C25000") == nil)
    }

    @Test func `what is no master is not found`() async throws {
        try await withSimulator { running in
            for path in ["/XYZ_symbols.txt.zip", "/"] {
                let answer = try await running.post(path, "", method: .GET)
                #expect(answer.status == 404)
            }
        }
    }
}
