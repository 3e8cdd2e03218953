/** Small problems to train networks on. */
import { Metric, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { cos, sin } from "../math/special/Elementary.ts"
import { seed } from "./parameters.ts"
import { outputsOf } from "./ReluNetwork.ts"
import { matrix, vector } from "./tensors.ts"

type Random = ReturnType<typeof stream>

/** Coordinates of points in rows, and a target for each. */
interface Problem {
  readonly dimension: number
  readonly points: Float64Array
  readonly targets: Float64Array
}

/** Neurons of the network that is to be found again. */
const TEACHER_NEURONS = 4

/** Normal points, and targets of their own. */
const gaussian = (count: number, dimension: number, random: Random): Problem => ({
  dimension,
  points: random.normals(count * dimension),
  targets: random.normals(count)
})

/** Normal points, and the outputs of a network with four neurons. */
const teacher = (count: number, dimension: number, random: Random): Problem => {
  const points = random.normals(count * dimension)
  const weights = random.normals(TEACHER_NEURONS * dimension)
  const alpha = random.normals(TEACHER_NEURONS)
  const network = { neurons: TEACHER_NEURONS, inputs: dimension, weights, alpha }
  return { dimension, points, targets: outputsOf(network, { data: points, count, dimension }) }
}

/** Normal points, labelled by the sign of the product of the first two coordinates. */
const xor = (count: number, dimension: number, random: Random): Problem => {
  const points = random.normals(count * dimension)
  const second = dimension > 1 ? 1 : 0
  return {
    dimension,
    points,
    targets: Float64Array.from({ length: count }, (_, i) =>
      points[i * dimension]! * points[i * dimension + second]! >= 0 ? 1 : -1
    )
  }
}

/** Normal points, labelled by whether they are nearer to the origin than most. */
const circle = (count: number, dimension: number, random: Random): Problem => {
  const points = random.normals(count * dimension)
  const squares = Float64Array.from({ length: count }, (_, i) =>
    points.subarray(i * dimension, (i + 1) * dimension).reduce((sum, element) => sum + element * element, 0)
  )
  const middle = squares.toSorted()[Math.floor(count / 2)]!
  return { dimension, points, targets: squares.map((square) => (square < middle ? 1 : -1)) }
}

/** Two arms in the plane that wind around the origin once, with noise. */
const spirals = (count: number, _: number, random: Random): Problem => {
  const [points, targets, noise] = [new Float64Array(2 * count), new Float64Array(count), random.normals(2 * count)]
  const along = random.uniforms(count)
  for (let i = 0; i < count; i++) {
    targets[i] = i % 2 === 0 ? 1 : -1
    const angle = 2 * Math.PI * along[i]! + (i % 2 === 0 ? 0 : Math.PI)
    const radius = 0.3 + 1.5 * along[i]!
    points[2 * i] = radius * cos(angle) + 0.05 * noise[2 * i]!
    points[2 * i + 1] = radius * sin(angle) + 0.05 * noise[2 * i + 1]!
  }
  return { dimension: 2, points, targets }
}

const PROBLEMS = { gaussian, teacher, xor, circle, spirals } as const

export default StageType.make({
  name: "convex/examples",
  summary: "Points and targets of a small problem: noise, a teacher network, XOR, a circle, two spirals",
  determinism: "bitwise",
  params: Schema.Struct({
    problem: Schema.Literals(["gaussian", "teacher", "xor", "circle", "spirals"]).annotate({
      description: "gaussian and teacher have real targets, the others labels −1 and 1; spirals lie in the plane"
    }),
    count: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })).annotate({
      description: "How many points"
    }),
    dimension: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))
      .annotate({ description: "Coordinates of each point, without the bias; not used for spirals" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(2))),
    bias: Schema.Boolean.annotate({ description: "Whether a column of ones is appended" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(true))
    ),
    seed
  }),
  inputs: {},
  outputs: { X: "Tensor", y: "Tensor" },
  run: ({ params }) =>
    Effect.gen(function* () {
      const random = stream(params.seed, `convex/examples ${params.problem}`)
      const { dimension, points, targets } = PROBLEMS[params.problem](params.count, params.dimension, random)
      const columns = dimension + (params.bias ? 1 : 0)
      const x = new Float64Array(params.count * columns).fill(1)
      for (let i = 0; i < params.count; i++) x.set(points.subarray(i * dimension, (i + 1) * dimension), i * columns)
      yield* Metric.record("mean target", targets.reduce((sum, target) => sum + target, 0) / params.count)
      return { X: matrix(params.count, columns, x), y: vector(targets) }
    })
})
