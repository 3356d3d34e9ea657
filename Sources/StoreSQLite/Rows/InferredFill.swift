import Engine
import JSONText
import Trading

/// What `orders.inferred` holds while fills are missing that the broker shows: what it shows, and the fills that came.
struct InferredFill {
    let booked: FillSum
    let shown: ShownFill

    init(booked: FillSum, shown: ShownFill) {
        self.booked = booked
        self.shown = shown
    }

    var text: String {
        let value: JSONValue = [
            "quantity": JSONValue(shown.quantity), "average_price": .string(shown.average.description),
            "booked_quantity": JSONValue(booked.quantity), "booked_value": .string(booked.value.description),
        ]
        return value.text
    }

    init(_ text: String) throws {
        let value = try JSONValue.parse(text)
        guard let quantity = value["quantity"]?.integer,
            let average = value["average_price"]?.string.flatMap({ Price($0) }),
            let bookedQuantity = value["booked_quantity"]?.integer,
            let bookedValue = value["booked_value"]?.string.flatMap({ Int128($0) })
        else { throw PayloadError(field: "inferred") }
        shown = ShownFill(quantity: quantity, average: average)
        booked = FillSum(quantity: bookedQuantity, value: bookedValue)
    }
}
