/** Rules of what is constant wherever it has a derivative: comparisons, logic, whole quotients, casts to whole numbers. */
import tf from "@tensorflow/tfjs"
import type { Rule } from "./Rule.ts"

const BINARY = [
  "Equal",
  "NotEqual",
  "Greater",
  "GreaterEqual",
  "Less",
  "LessEqual",
  "LogicalAnd",
  "LogicalOr",
  "FloorDiv"
]

const UNARY = ["LogicalNot", "All", "Any"]

const zeros = (x: tf.Tensor): tf.Tensor => tf.zeros(x.shape, "float32")

const constant = (kernel: string, saves: ReadonlyArray<string>): Rule => ({
  kernel,
  saves,
  pullBack: (_, saved) => Object.fromEntries(saves.map((name, i) => [name, () => zeros(saved[i]!)]))
})

/** As shipped, a cast to whole numbers passes derivatives on as if it were none. */
const cast: Rule = {
  kernel: "Cast",
  pullBack: (dy, _, { dtype }) => ({
    x: () => (dtype === "int32" || dtype === "bool" ? zeros(dy) : tf.cast(dy, "float32"))
  })
}

export const CONSTANT: ReadonlyArray<Rule> = [
  ...BINARY.map((kernel) => constant(kernel, ["a", "b"])),
  ...UNARY.map((kernel) => constant(kernel, ["x"])),
  cast
]
