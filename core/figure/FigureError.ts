/** A figure cannot be drawn. */
import { Data } from "effect"

export class FigureError extends Data.TaggedError("FigureError")<{ readonly reason: string }> {
  override get message(): string {
    return `the figure cannot be drawn: ${this.reason}`
  }
}
