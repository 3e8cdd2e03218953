/** The failure of a session that ends with other tensors than it began with. */
import { Schema } from "effect"

/** Tensors are freed by nobody but their maker: what a body leaves behind fills the device over many steps. */
export class TensorLeak extends Schema.TaggedError<TensorLeak>()("TensorLeak", {
  before: Schema.Int,
  after: Schema.Int
}) {
  override get message(): string {
    const count = Math.abs(this.after - this.before)
    const tensors = count === 1 ? "1 tensor was" : `${count} tensors were`
    return this.after > this.before
      ? `${tensors} left behind: compute inside tf.tidy, and dispose of what is kept`
      : `${tensors} freed that the session did not make`
  }
}
