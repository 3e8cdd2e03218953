/** Small problems that networks with one hidden layer are tried on: two classes, or the outputs of another network. */
import { Metric, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { type Stream, stream } from "../math/random/Philox.ts"
import { cos, sin } from "../math/special/Elementary.ts"
import { quantile } from "../math/special/Statistics.ts"

const Params = Schema.Struct({
  kind: Schema.Literals(["xor", "circle", "spirals", "teacher"]).annotate({
    description:
      "xor: the sign of the product of the first two coordinates; circle: outside or inside of half of the points; spirals: two arms; teacher: outputs of a random network of ReLU"
  }),
  points: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })).annotate({
    description: "How many points"
  }),
  dimension: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 10_000 }))
    .annotate({ description: "Coordinates of each point, without the one for the bias" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(2))),
  bias: Schema.Boolean.annotate({ description: "Whether a column of ones follows the coordinates" }).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(true))
  ),
  noise: Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
    .annotate({
      description: "Standard deviation of what is added to the outputs of the teacher, and to points on spirals"
    })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
  neurons: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))
    .annotate({ description: "Neurons of the teacher" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(4))),
  turns: Schema.Finite.check(Schema.isBetween({ minimum: 0.1, maximum: 100 }))
    .annotate({ description: "Turns of each spiral" })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
  seed: Schema.Int.annotate({ description: "Seed of the random numbers" }).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(0))
  )
})

type Settings = typeof Params.Type

export default StageType.make({
  name: "data/synthetic",
  summary: "Synthetic problems: XOR, a circle, two spirals with labels −1 and 1, or targets of a teacher network",
  determinism: "bitwise",
  params: Params,
  inputs: {},
  outputs: { X: "Tensor", y: "Tensor" },
  run: ({ params }) =>
    Effect.gen(function* () {
      const { points, dimension, bias, kind } = params
      const random = stream(params.seed, `data/synthetic ${kind}`)
      const coordinates = random.normals(points * dimension)
      if (kind === "spirals") wind(coordinates, params, random)
      const y = targetsOf(coordinates, params, random)
      yield* Metric.record("positive", y.filter((target) => target > 0).length)
      const columns = dimension + (bias ? 1 : 0)
      const X = new Float64Array(points * columns).fill(1)
      for (let i = 0; i < points; i++) X.set(rowOf(coordinates, i, dimension), i * columns)
      return { X: { shape: [points, columns], data: X }, y: { shape: [points], data: y } }
    })
})

const rowOf = (coordinates: Float64Array, i: number, dimension: number): Float64Array =>
  coordinates.subarray(i * dimension, (i + 1) * dimension)

const targetsOf = (coordinates: Float64Array, params: Settings, random: Stream): Float64Array => {
  const { kind, points, dimension } = params
  if (kind === "teacher") return taught(coordinates, params, random)
  if (kind === "spirals") return Float64Array.from({ length: points }, (_, i) => armOf(i))
  const rows = Array.from({ length: points }, (_, i) => rowOf(coordinates, i, dimension))
  if (kind === "xor") return Float64Array.from(rows, ([a = 0, b = 0]) => (a * b > 0 ? 1 : -1))
  const squares = rows.map((row) => row.reduce((sum, x) => sum + x * x, 0))
  const middle = quantile(squares, 0.5)
  return Float64Array.from(squares, (square) => (square > middle ? 1 : -1))
}

/** Points take turns between the two arms. */
const armOf = (i: number): number => (i % 2 === 0 ? 1 : -1)

/**
 * Puts the first two coordinates on a spiral: radii from 0 to 1, evenly spread over the arm; the arm of the label −1 is turned by π. They were
 * normal, and are kept as noise.
 */
const wind = (coordinates: Float64Array, { points, dimension, turns, noise }: Settings, random: Stream): void => {
  const along = random.uniforms(points)
  for (let i = 0; i < points; i++) {
    const row = rowOf(coordinates, i, dimension)
    const radius = Math.sqrt(along[i]!)
    const angle = 2 * Math.PI * turns * radius
    row[0] = armOf(i) * radius * cos(angle) + noise * row[0]!
    row[1] = armOf(i) * radius * sin(angle) + noise * row[1]!
  }
}

/** Σ αⱼ max(0, xᵀuⱼ + bⱼ) with all weights normal, over √neurons, and the noise. Without a bias bⱼ = 0. */
const taught = (coordinates: Float64Array, params: Settings, random: Stream): Float64Array => {
  const { points, dimension, neurons, noise, bias } = params
  const [weights, biases, alpha] = [neurons * dimension, neurons, neurons].map((count) => random.normals(count))
  const errors = random.normals(points)
  return errors.map((error, i) => {
    const row = rowOf(coordinates, i, dimension)
    let sum = 0
    for (let j = 0; j < neurons; j++) {
      let preactivation = bias ? biases![j]! : 0
      for (let k = 0; k < dimension; k++) preactivation += weights![j * dimension + k]! * row[k]!
      sum += alpha![j]! * Math.max(0, preactivation)
    }
    return sum / Math.sqrt(neurons) + noise * error
  })
}
