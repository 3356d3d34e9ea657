import Testing
import Trading

@Suite struct MoneyTests {
    @Test(
        arguments: [
            ("212.35", 2_123_500), ("0", 0), ("-0", 0), ("-5000", -50_000_000), ("0.0001", 1), ("007.10", 71_000),
            ("1.23450000", 12_345), ("922337203685477.5807", Int64.max), ("-922337203685477.5807", -Int64.max),
        ] as [(String, Int64)]
    )
    func `decimal text is read exactly`(text: String, value: Int64) {
        #expect(Money(text)?.tenThousandths == value)
        #expect(Price(text)?.tenThousandths == value)
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "+1", "1,000", "1e3", "0x1", " 1", "1 ", "1.2.3", "--1", "1-", "0.00001", "1.23451",
        "NaN",
        "٣", "922337203685477.5808", "9223372036854775807", "99999999999999999999999999",
    ])
    func `other text, finer text and larger text is refused`(text: String) {
        #expect(Money(text) == nil)
        #expect(Price(text) == nil)
    }

    @Test(
        arguments: [
            (0, "0.00"), (1, "0.0001"), (-1, "-0.0001"), (10, "0.001"), (100, "0.01"), (2_123_500, "212.35"),
            (12_345, "1.2345"), (-50_000_000, "-5000.00"), (Int64.min, "-922337203685477.5808"),
        ] as [(Int64, String)]
    )
    func `money is written with two to four decimals`(value: Int64, text: String) {
        #expect(Money(tenThousandths: value).description == text)
    }

    @Test func `what is written is read again`() {
        for shift in 0..<62 {
            for value in [Int64(1) << shift, -(Int64(1) << shift), (Int64(1) << shift) - 1] {
                #expect(Money(Money(tenThousandths: value).description)?.tenThousandths == value)
            }
        }
    }

    @Test(
        arguments: [
            ([(1, 1), (1, 2)], 2),  // 1.5 is rounded up
            ([(2, 1), (1, 2)], 1),  // 1.333…
            ([(1, 1), (2, 2)], 2),  // 1.666…
            ([(1, -1), (1, -2)], -1),  // -1.5: half up, towards plus
            ([(3, 100_000_000_000), (7, 99_999_999_999)], 99_999_999_999),
            ([(10_000_000, 100_000_000_000)], 100_000_000_000),
        ] as [([(Int, Int64)], Int64)]
    )
    func `the average price is rounded half up`(fills: [(Int, Int64)], average: Int64) {
        var sum = FillSum()
        #expect(sum.averagePrice == nil)
        for (quantity, price) in fills { sum.add(quantity, at: Price(tenThousandths: price)) }
        #expect(sum.averagePrice == Price(tenThousandths: average))
    }

    @Test func `a sum of fills does not depend on their order`() {
        let fills = [(7, 1_000_033), (60, 2_123_500), (3, 1), (25, 99_999)] as [(Int, Int64)]
        var sums: Set<FillSum> = []
        for order in [fills, fills.reversed(), [fills[2], fills[0], fills[3], fills[1]]] {
            var sum = FillSum()
            for (quantity, price) in order { sum.add(quantity, at: Price(tenThousandths: price)) }
            sums.insert(sum)
        }
        #expect(sums.count == 1)
    }

    @Test func `a holding keeps the average of its open part`() {
        var holding = Holding.flat
        holding.apply(.buy, 60, at: Price(tenThousandths: 1_000_000))
        holding.apply(.buy, 40, at: Price(tenThousandths: 1_100_000))
        #expect(holding.averagePrice == Price(tenThousandths: 1_040_000))
        holding.apply(.sell, 50, at: Price(tenThousandths: 9_990_000))
        #expect(holding.quantity == 50)
        #expect(holding.averagePrice == Price(tenThousandths: 1_040_000))
        holding.apply(.sell, 80, at: Price(tenThousandths: 1_200_000))
        #expect(holding.quantity == -30)
        #expect(holding.averagePrice == Price(tenThousandths: 1_200_000))
        holding.apply(.buy, 30, at: Price(tenThousandths: 1))
        #expect(holding == .flat)
    }
}
