/** The failure to compute on the backend that an attempt was given. */
import { Schema } from "effect"

export class BackendUnavailable extends Schema.TaggedError<BackendUnavailable>()("BackendUnavailable", {
  backend: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `tensors cannot be computed on ${this.backend}: ${this.reason}`
  }
}
