import JSONText

extension Simulation {
    /// What the market's clock shows.
    var time: JSONValue {
        let time = IndianTime(microseconds: now)
        return [
            "ok": true, "now": JSONValue(Int(now)), "time": .string(time.dateFirst),
            "phase": .string(exchange.phase.rawValue), "hours": .string(exchange.hours.rawValue),
            "standing": .bool(clock.isStanding),
        ]
    }

    /// Moves, stops or starts the clock, in this order; everything on the way happens before the answer.
    func setClock(_ input: JSONValue) throws(ControlError) -> JSONValue {
        var moment = now
        if input["set"] != nil { moment = try self.moment(try input.word("set")) }
        moment += 1000 * Int64(try input.count("advance_ms", in: 0...31_536_000_000, default: 0))
        guard moment - now < 366 * 86_400_000_000 else { throw ControlError("the clock goes a year ahead at most") }
        guard clock.move(to: moment) else { throw ControlError("the clock does not go back") }
        if input["standing"] != nil {
            if try input.flag("standing") { clock.stand() } else { clock.run() }
        }
        passTime()
        return time
    }

    /// `15:20` or `15:20:00`, the next time that it is so late; `23-11-2026 15:20:00`; or seconds since 1970.
    private func moment(_ text: String) throws(ControlError) -> Int64 {
        if let seconds = Int64(text), (0...10_000_000_000).contains(seconds) { return seconds * 1_000_000 }
        let parts = text.split(separator: " ").map { String($0) }
        guard let seconds = parts.last.flatMap(Self.secondsOfDay), parts.count <= 2 else {
            throw ControlError("set is 15:20, 23-11-2026 15:20:00 or seconds since 1970")
        }
        guard parts.count == 2 else {
            let today = IndianTime(microseconds: now).day
            let moment = IndianTime(today, secondsOfDay: seconds).microseconds
            return moment >= now ? moment : moment + 86_400_000_000
        }
        let date = parts[0].split(separator: "-").compactMap { Int($0) }
        guard date.count == 3, (1...31).contains(date[0]), (1...12).contains(date[1]), (1970...9999).contains(date[2])
        else { throw ControlError("\(parts[0]) is no day such as 23-11-2026") }
        let day = CalendarDay(year: date[2], month: date[1], day: date[0])
        return IndianTime(day, secondsOfDay: seconds).microseconds
    }

    private static func secondsOfDay(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        guard (2...3).contains(parts.count), (0...23).contains(parts[0]),
            parts.dropFirst().allSatisfy((0...59).contains)
        else { return nil }
        return parts[0] * 3600 + parts[1] * 60 + (parts.count > 2 ? parts[2] : 0)
    }

    /// Puts shares into an account's depository, or takes them out with quantity 0.
    func setHolding(_ input: JSONValue) throws(ControlError) -> JSONValue {
        let account = try account(input)
        let instrument = try instrument(input)
        guard exchange.instruments[instrument].kind == .equity else { throw ControlError("only shares can be held") }
        let quantity = try input.count("quantity", in: 0...1_000_000_000)
        let price = input["price"] == nil ? exchange.books[instrument].quote.last : try input.price("price")
        exchange.accounts[account].setHolding(
            Holding(instrument: instrument, quantity: quantity, price: price),
            of: exchange.instruments[instrument]
        )
        return Control.done
    }

    /// Every member sets the habit of its name; the answer shows all of them.
    func setHabit(_ input: JSONValue) throws(ControlError) -> JSONValue {
        var habits = exchange.habits
        do throws(HabitError) {
            for member in input.members ?? [] {
                let text =
                    if case .bool(let flag) = member.value { String(flag) } else { member.value.scalarText ?? "" }
                try habits.set(member.name, to: text)
            }
        } catch {
            throw ControlError(error.description)
        }
        exchange.habits = habits
        return .object(habits.values.map { JSONMember($0.name, .string($0.value)) })
    }
}
