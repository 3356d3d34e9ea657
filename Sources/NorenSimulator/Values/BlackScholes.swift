#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What European options are worth and how that changes; no dividends. Not money of any account, so doubles will do.
struct BlackScholes {
    let spot: Double
    let strike: Double
    /// A year, as a fraction of one; the volatility too.
    let rate: Double
    let volatility: Double
    let years: Double

    /// Noren's names (the last one is spelled so there) with the call's and the put's figure.
    var figures: [(String, Double, Double)] {
        let discount = exp(-rate * years)
        let spread = volatility * years.squareRoot()
        guard spread > 0, spot > 0, strike > 0 else { return atExpiry }
        let near = (log(spot / strike) + (rate + volatility * volatility / 2) * years) / spread
        let far = near - spread
        let density = exp(-near * near / 2) / (2 * Double.pi).squareRoot()
        let decay = -spot * density * volatility / (2 * years.squareRoot())
        let carry = rate * strike * discount
        let gamma = density / (spot * spread)
        let vega = spot * density * years.squareRoot() / 100
        let weight = strike * years * discount / 100
        return [
            (
                "price", spot * Self.normal(near) - strike * discount * Self.normal(far),
                strike * discount * Self.normal(-far) - spot * Self.normal(-near)
            ),
            ("delta", Self.normal(near), Self.normal(near) - 1), ("gamma", gamma, gamma),
            ("theta", (decay - carry * Self.normal(far)) / 365, (decay + carry * Self.normal(-far)) / 365),
            ("rho", weight * Self.normal(far), -weight * Self.normal(-far)), ("vego", vega, vega),
        ]
    }

    /// Nothing is left but what the option is worth if used now.
    private var atExpiry: [(String, Double, Double)] {
        let isCall = spot > strike
        return [
            ("price", max(0, spot - strike), max(0, strike - spot)), ("delta", isCall ? 1 : 0, isCall ? 0 : -1),
            ("gamma", 0, 0), ("theta", 0, 0), ("rho", 0, 0), ("vego", 0, 0),
        ]
    }

    private static func normal(_ deviation: Double) -> Double { erfc(-deviation / 2.0.squareRoot()) / 2 }
}

extension Double {
    /// Fixed decimals, `-12.0300`; figures beyond a trillion are cut off there.
    func text(decimals: Int) -> String {
        let bounded = isNaN ? 0 : Swift.min(1e12, Swift.max(-1e12, self))
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        let units = Int((bounded * Double(scale)).rounded())
        let fraction = String(Int(units.magnitude) % scale + scale).dropFirst()
        return "\(units < 0 ? "-" : "")\(Int(units.magnitude) / scale).\(fraction)"
    }
}
