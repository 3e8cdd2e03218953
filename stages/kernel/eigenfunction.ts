/** One eigenfunction as a target. */
import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { eigenfunctionRows } from "./tensors.ts"

class NoSuchComponent extends Schema.TaggedError<NoSuchComponent>()("NoSuchComponent", {
  component: Schema.Int,
  available: Schema.Int
}) {
  override get message(): string {
    return `component ${this.component} was asked for, there are ${this.available}`
  }
}

export default StageType.make({
  name: "kernel/eigenfunction",
  summary: "A multiple of one eigenfunction of a kernel, as targets for training",
  source: "Jacot et al. 2018, section 6.3: f* = f₀ + 0.5 f⁽²⁾",
  determinism: "bitwise",
  params: Schema.Struct({
    component: Schema.Int.check(Schema.isGreaterThan(0)).annotate({ description: "Which one, counted from 1" }),
    scale: Schema.Finite.annotate({ description: "Factor" }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1)))
  }),
  inputs: { eigenfunctions: "Tensor" },
  outputs: { targets: "Tensor" },
  run: ({ params: { component, scale }, inputs: { eigenfunctions } }) =>
    Effect.gen(function* () {
      const { data, rows: available, columns: n } = yield* eigenfunctionRows("eigenfunctions", eigenfunctions)
      if (component > available) return yield* new NoSuchComponent({ component, available })
      const row = data.subarray((component - 1) * n, component * n)
      return { targets: { shape: [n], data: row.map((value) => scale * value) } }
    })
})
