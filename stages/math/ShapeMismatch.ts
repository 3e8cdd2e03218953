/** An input has another shape than a stage can use. */
import { Schema } from "effect"

export class ShapeMismatch extends Schema.TaggedError<ShapeMismatch>()("ShapeMismatch", {
  input: Schema.String,
  found: Schema.Array(Schema.Int),
  expected: Schema.String
}) {
  override get message(): string {
    return `${this.input} has shape ${this.found.join("×") || "scalar"}, expected ${this.expected}`
  }
}
