/** Fig. 3: convergence along a principal component, and the deviation from it. */
import { Metric, Port, StageType, type Tensor } from "athanor/stage"
import { Effect, Schema } from "effect"
import { float64 } from "../math/float64.ts"
import { ShapeMismatch } from "../math/ShapeMismatch.ts"
import { byWidth, checkPartners, checkShapes, type Item, partnerOf, shown, widthLabel } from "./groups.ts"
import { LIMIT_LABEL, networkEncoding } from "./network-encoding.ts"
import { lengthOf, values } from "./tensors.ts"

/** Errors are told from the outputs of the untrained network: they must be there, and first. */
class NoStart extends Schema.TaggedError<NoStart>()("NoStart", { input: Schema.String, first: Schema.Number }) {
  override get message(): string {
    return `${this.input} begins at ${this.first}: the first row must be that of time 0`
  }
}

/** A limit smaller than this share of its start is round-off, and nothing to compare with. */
const ROUND_OFF = 1e-12

export default StageType.make({
  name: "ntk/convergence",
  summary: "Error of networks along an eigenfunction of the limiting kernel, and across it, over training time",
  source: "Jacot et al. 2018, section 6.3, figure 3",
  determinism: "bitwise",
  params: Schema.Struct({
    component: Schema.Int.check(Schema.isGreaterThan(0))
      .annotate({ description: "Eigenfunction along which the target lies, counted from 1" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed(2))),
    times: Schema.Array(Schema.Int)
      .annotate({ description: "Times at which numbers are recorded, where a snapshot is there" })
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed([160, 320, 480])))
  }),
  inputs: {
    eigenfunctions: "Tensor",
    targets: "Tensor",
    limitTimes: "Tensor",
    limitFits: "Tensor",
    times: Port.many("Tensor"),
    fits: Port.many("Tensor")
  },
  outputs: { figure: "Figure", errors: "Table" },
  run: ({ params, inputs }) =>
    Effect.gen(function* () {
      const f = yield* eigenfunctionOf(inputs.eigenfunctions, params.component)
      const targets = yield* values("targets", inputs.targets, f.length, "eigenfunctions has columns")
      const fits = yield* coursesOf(inputs.times, inputs.fits, f.length)
      const errors = fits.flatMap((course) => errorsOf(course, targets, f))
      const limit = errorsOf(yield* limitOf(inputs.limitTimes, inputs.limitFits, f.length), targets, f)
      yield* Metric.record(
        "h@limit",
        limit.reduce((most, { across }) => Math.max(most, across), 0)
      )
      const least = ROUND_OFF * (limit[0]?.along ?? 0)
      const limitAt = new Map(limit.map(({ time, along }) => [time, along]))
      for (const { place, time, along, across } of errors) {
        if (!params.times.includes(time)) continue
        yield* Metric.record(`g@${place},t=${time}`, along)
        yield* Metric.record(`h@${place},t=${time}`, across)
        const expected = limitAt.get(time) ?? 0
        if (expected > least) yield* Metric.record(`g/limit@${place},t=${time}`, along / expected)
      }
      return {
        figure: { spec: figure(errors, limit, params.component) },
        errors: { columns: columnsOf(errors) }
      }
    })
})

/** The values of one eigenfunction, counted from 1. */
const eigenfunctionOf = (tensor: Tensor, component: number): Effect.Effect<Float64Array, ShapeMismatch> => {
  const [rows = 0, n = 0] = tensor.shape
  const mismatch = (expected: string) =>
    Effect.fail(new ShapeMismatch({ input: "eigenfunctions", found: tensor.shape, expected }))
  if (tensor.shape.length !== 2 || n === 0) return mismatch("components × points")
  if (component > rows) return mismatch(`at least ${component} rows`)
  return Effect.succeed(float64(tensor).slice((component - 1) * n, component * n))
}

/** The outputs of one network over time, from time 0 on. */
interface Course {
  readonly width: number
  readonly init: string
  readonly place: string
  readonly times: Float64Array
  /** times × points */
  readonly fits: Float64Array
}

/** Networks by width; times and fits belong together where their matrix values are the same. */
const coursesOf = Effect.fnUntraced(function* (times: ReadonlyArray<Item>, fits: ReadonlyArray<Item>, n: number) {
  const timeGroups = yield* byWidth("times", times)
  const fitGroups = yield* byWidth("fits", fits)
  yield* checkPartners("times", timeGroups, "fits", fitGroups)
  yield* checkPartners("fits", fitGroups, "times", timeGroups)
  const isList = (shape: ReadonlyArray<number>) => shape.length === 1 && shape[0] !== 0
  yield* checkShapes("times", timeGroups, isList, "a list of at least one number")
  const isCourse = (shape: ReadonlyArray<number>, place: string) =>
    shape.join() === `${partnerOf(place, timeGroups)?.shape[0]},${n}`
  yield* checkShapes("fits", fitGroups, isCourse, `as many rows as times, and ${n} columns, as eigenfunctions has`)
  const courses = fitGroups.flatMap(({ width, members }) =>
    members.map(({ init, place, data }) => {
      const own = partnerOf(place, timeGroups)?.data ?? new Float64Array(0)
      return { width, init, place, times: own, fits: data } satisfies Course
    })
  )
  for (const course of courses) yield* checkStart(`times with ${course.place}`, course.times)
  return courses
})

/** What holds for every network of infinite width. */
const limitOf = Effect.fnUntraced(function* (times: Tensor, fits: Tensor, n: number) {
  const count = yield* lengthOf("limitTimes", times)
  if (fits.shape.join() !== `${count},${n}`) {
    const expected = `${count}×${n}, as many rows as limitTimes, and as many columns as eigenfunctions`
    return yield* new ShapeMismatch({ input: "limitFits", found: fits.shape, expected })
  }
  yield* checkStart("limitTimes", float64(times))
  const course: Course = {
    width: Number.POSITIVE_INFINITY,
    init: "limit",
    place: "limit",
    times: float64(times),
    fits: float64(fits)
  }
  return course
})

const checkStart = (input: string, [first = Number.NaN]: Float64Array): Effect.Effect<void, NoStart> =>
  first === 0 ? Effect.void : Effect.fail(new NoStart({ input, first }))

interface ErrorAt {
  readonly width: number
  readonly init: string
  readonly place: string
  readonly time: number
  /** ‖g_t‖ in the empirical distribution. */
  readonly along: number
  /** ‖h_t‖ */
  readonly across: number
}

/** f_t − f* split into g_t along the eigenfunction f and h_t across it; f* is f₀ plus the targets. */
const errorsOf = (
  { width, init, place, times, fits }: Course,
  targets: Float64Array,
  f: Float64Array
): ReadonlyArray<ErrorAt> => {
  const n = f.length
  return Array.from(times, (time, row) => {
    const error = f.map((_, i) => fits[row * n + i]! - fits[i]! - targets[i]!)
    const component = error.reduce((sum, value, i) => sum + value * f[i]!, 0) / n
    const rest = error.reduce((sum, value, i) => sum + (value - component * f[i]!) ** 2, 0) / n
    return { width, init, place, time, along: Math.abs(component), across: Math.sqrt(rest) }
  })
}

const columnsOf = (errors: ReadonlyArray<ErrorAt>) => ({
  width: Float64Array.from(errors, ({ width }) => width),
  init: errors.map(({ init }) => init),
  time: Float64Array.from(errors, ({ time }) => time),
  along: Float64Array.from(errors, ({ along }) => along),
  across: Float64Array.from(errors, ({ across }) => across)
})

/** "second principal component", "11th principal component". */
const componentText = (component: number): string => {
  const words = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
  return `${words[component - 1] ?? ordinal(component)} principal component`
}

const ordinal = (number: number): string => {
  const isTeen = Math.floor(number / 10) % 10 === 1
  return `${number}${(isTeen ? undefined : ["th", "st", "nd", "rd"][number % 10]) ?? "th"}`
}

const figure = (errors: ReadonlyArray<ErrorAt>, limit: ReadonlyArray<ErrorAt>, component: number) => {
  const widths = [...new Set(errors.map(({ width }) => width))]
  const panel = (title: string, quantity: "along" | "across") => ({
    title: { text: title, fontSize: 12, fontWeight: "normal", anchor: "middle" },
    width: 330,
    height: 260,
    data: {
      values: [
        ...errors.map(({ width, init, time, ...sizes }) => ({
          network: widthLabel(width),
          line: `${width}/${init}`,
          time,
          error: shown(sizes[quantity])
        })),
        ...limit.map(({ time, ...sizes }) => ({
          network: LIMIT_LABEL,
          line: "limit",
          time,
          error: shown(sizes[quantity])
        }))
      ]
    },
    encoding: {
      x: { field: "time", type: "quantitative", title: "time t (gradient steps)", axis: { grid: false, tickCount: 6 } },
      y: {
        field: "error",
        type: "quantitative",
        title: quantity === "along" ? "‖gₜ‖" : "‖hₜ‖",
        // Both axes end in a label, so that the titles above them stand at one height.
        scale: { nice: 5 }
      },
      detail: { field: "line", type: "nominal" },
      ...networkEncoding(widths)
    },
    layer: [
      { transform: [{ filter: "datum.line !== 'limit'" }], mark: { type: "line", strokeWidth: 1.8, opacity: 0.85 } },
      {
        transform: [{ filter: "datum.line === 'limit'" }],
        mark: { type: "line", strokeWidth: 2.2 }
      }
    ]
  })
  return {
    title: {
      text: `Convergence along the ${componentText(component)}`,
      subtitle: "MNIST; black: the limit of infinite width"
    },
    hconcat: [panel("error along the component", "along"), panel("deviation from it", "across")]
  }
}
