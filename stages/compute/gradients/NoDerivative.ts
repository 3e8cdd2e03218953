/** The refusal to differentiate what has no right rule: better than a wrong number. */
import { Schema } from "effect"

export class NoDerivative extends Schema.TaggedError<NoDerivative>()("NoDerivative", {
  operation: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `no derivative of ${this.operation}: ${this.reason}`
  }
}
