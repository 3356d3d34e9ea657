import Engine
@testable import Gateway
import Testing

@Suite struct PrometheusTextTests {
    @Test func `classes add up, and the last holds everything`() {
        var histogram = Histogram()
        for duration in [Duration.microseconds(100), .microseconds(101), .milliseconds(3), .seconds(90)] {
            histogram.note(duration)
        }
        var page = PrometheusText()
        page.histogram("t", bounds: Histogram.bounds, counts: histogram.counts, sum: histogram.sum)
        let lines = page.text.split(separator: "\n")
        #expect(lines.first == #"t_bucket{le="0.0001"} 1"#)
        #expect(lines.contains(#"t_bucket{le="0.00025"} 2"#))
        #expect(lines.contains(#"t_bucket{le="0.005"} 3"#))
        #expect(lines.contains(#"t_bucket{le="60"} 3"#))
        #expect(lines.contains(#"t_bucket{le="+Inf"} 4"#))
        #expect(lines.suffix(2) == ["t_sum 90.003201", "t_count 4"])
    }

    @Test(arguments: [(#"a"b"#, #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\nb", #"a\nb"#)])
    func `a label's value cannot end its line or its quotes`(value: String, written: String) {
        var page = PrometheusText()
        page.sample("t", [("client", value)], 1)
        #expect(page.text == "t{client=\"\(written)\"} 1\n")
    }

    @Test(
        arguments: [
            (Duration.zero, "0"), (.microseconds(1), "0.000001"), (.milliseconds(1500), "1.5"), (.seconds(-2), "-2"),
            (.milliseconds(-1500), "-1.5"),
        ]
    )
    func `seconds are exact decimals`(duration: Duration, text: String) {
        #expect(PrometheusText.seconds(duration) == text)
    }
}
