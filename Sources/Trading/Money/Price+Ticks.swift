extension Price {
    /// Whether it is a whole multiple of `tick`.
    public func isMultiple(of tick: Price) -> Bool {
        tick.tenThousandths > 0 && tenThousandths % tick.tenThousandths == 0
    }

    /// The highest multiple of `tick` that is not above it; `tick` must be above 0.
    public func floored(to tick: Price) -> Price {
        precondition(tick > .zero, "a tick is above 0")
        return Price(
            tenThousandths: tenThousandths.floorDivided(by: tick.tenThousandths) * tick.tenThousandths
        )
    }

    /// The lowest multiple of `tick` that is not below it; `tick` must be above 0.
    public func raised(to tick: Price) -> Price {
        let floor = floored(to: tick)
        return floor == self ? self : Price(tenThousandths: floor.tenThousandths + tick.tenThousandths)
    }
}
