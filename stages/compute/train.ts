/** The loop of a training: minibatches, course, checkpoints. */
import tf from "@tensorflow/tfjs"
import { Checkpoint, type Model, Progress, type Table, Trace } from "athanor/stage"
import { Effect } from "effect"
import { clipByNorm } from "./clip.ts"
import { constant } from "./initialise.ts"
import { dispose, download, mapped, type Parameters, upload, type Values, valuesOf } from "./Parameters.ts"
import { Diverged, type Snapshot, type Training } from "./Training.ts"

export interface Resumption {
  /** What an earlier attempt or a shorter training has made; from the beginning when left out. */
  readonly from?: Snapshot | undefined
  /** What a checkpoint keeps: a value for every output port of the stage. */
  readonly outputs?: (snapshot: Snapshot) => object
}

/**
 * Trains inside a `session`, and gives what it has made.
 *
 * Reports steps as progress, keeps a checkpoint when one is due or the task is interrupted, and lets interruption in after every step.
 * Two trainings of one seed on one backend give the same bytes, however often they were cut short. Fails with `Diverged` when the loss
 * is no finite number.
 */
export const train = Effect.fn("train")(function* (training: Training, { from, outputs }: Resumption = {}) {
  yield* Effect.annotateCurrentSpan({ "training.steps": training.steps, "training.from": from?.at ?? 0 })
  return yield* Effect.acquireUseRelease(
    Effect.sync(() => new Course(training, from)),
    (course) => follow(training, course, outputs),
    (course) => Effect.sync(() => course.free())
  )
})

const follow = Effect.fnUntraced(function* (training: Training, course: Course, outputs: Resumption["outputs"]) {
  const { steps, every } = training
  const report = yield* Progress.Progress
  const sink = yield* Checkpoint.Checkpoint
  const first = course.at
  const save = Effect.suspend(() => course.snapshot()).pipe(
    Effect.map((snapshot) => sink.save(snapshot.at, outputs?.(snapshot) ?? {}))
  )
  report({ done: course.at, total: steps, unit: "steps" })
  const loop = Effect.gen(function* () {
    while (course.at < steps) {
      course.step()
      if (course.at % every === 0) {
        const loss = yield* Effect.uninterruptible(course.record())
        yield* Trace.event("training.row", course.latest())
        if (!Number.isFinite(loss)) return yield* diverged(training, course.at, loss)
      }
      report({ done: course.at, total: steps, unit: "steps" })
      if (course.at < steps && outputs !== undefined && sink.isDue()) yield* save
      yield* breath
    }
    const made = yield* course.snapshot()
    // Of steps since the last row nobody has looked at the loss.
    const rest = made.state.tensors[`${SUM}loss`]?.data[0] ?? 0
    return Number.isFinite(rest) ? made : yield* diverged(training, course.at, rest)
  })
  return yield* Effect.onInterrupt(loop, () => (outputs !== undefined && course.at > first ? save : Effect.void))
})

const diverged = ({ rate }: Training, step: number, loss: number): Diverged =>
  new Diverged({ step, rate: rate(step - 1), loss: String(loss) })

/** A macrotask: messages to and from the worker move only between those. */
const breath = Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))

/** Prefixes of names in what is stored as state. */
const MOMENT = "moment/"
const SUM = "sum/"

/** The tensors of a training on the device, and the course so far. */
class Course {
  /** Steps that were taken. */
  at: number
  private readonly training: Training
  private readonly names: ReadonlyArray<string>
  private parameters: Parameters
  /** A list for each parameter. */
  private moments: ReadonlyArray<ReadonlyArray<tf.Tensor>>
  /** Of loss and others, over the steps since the last row. */
  private sums: Parameters
  private readonly columns: { readonly [name: string]: Array<number> }

  constructor(training: Training, from: Snapshot | undefined) {
    checkCounts(training)
    this.training = training
    this.at = from?.at ?? 0
    const initial = from === undefined ? training.initial : valuesOf(from.model.tensors)
    this.names = Object.keys(training.initial)
    const told = ["loss", ...(training.told ?? [])]
    const stored = valuesOf(from?.state.tensors ?? {})
    const ordered = Object.fromEntries(this.names.map((name) => [name, initial[name]!]))
    this.parameters = kept(upload(ordered))
    this.moments = this.names.map((name) =>
      training.optimiser.moments.map((moment) => {
        const value = stored[`${MOMENT}${moment}/${name}`] ?? constant(training.initial[name]!.shape, 0)
        return tf.keep(tf.tensor(value.data.slice(), [...value.shape]))
      })
    )
    this.sums = kept(upload(Object.fromEntries(told.map((name) => [name, stored[`${SUM}${name}`] ?? constant([], 0)]))))
    this.columns = Object.fromEntries(
      ["step", ...told, ...(training.examined ?? [])].map((name) => [
        name,
        Array.from(from?.course.columns[name] ?? [], Number)
      ])
    )
  }

  /** One step of the optimiser. */
  step(): void {
    const { training, names, at } = this
    const before = this.tensors()
    tf.tidy(() => {
      const sums: { [name: string]: tf.Tensor } = {}
      const grads = gradientsOf(this.parameters, names, (parameters) => {
        const { loss, others = {} } = training.judge(parameters, at)
        const told = { ...others, loss }
        for (const [name, sum] of Object.entries(this.sums)) sums[name] = tf.keep(tf.add(sum, scalarIn(told, name)))
        return loss
      })
      const gradients = training.longest === undefined ? grads : clipByNorm(grads, training.longest)
      const moment = { step: at + 1, rate: training.rate(at) }
      const updated = names.map((name, i) =>
        training.optimiser.update(this.parameters[name]!, gradients[i]!, this.moments[i]!, moment)
      )
      this.parameters = kept(Object.fromEntries(names.map((name, i) => [name, updated[i]!.parameter])))
      this.moments = updated.map(({ moments }) => moments.map((tensor) => tf.keep(tensor)))
      this.sums = sums
    })
    tf.dispose(before)
    this.at++
  }

  /** Writes a row of the course, and gives its loss. */
  record(): Effect.Effect<number> {
    const { training, columns } = this
    return Effect.map(Effect.all([download(this.sums), this.examine()]), ([sums, examined]) => {
      columns["step"]!.push(this.at)
      for (const [name, { data }] of Object.entries(sums)) columns[name]!.push(data[0]! / training.every)
      for (const name of training.examined ?? []) columns[name]!.push(examined[name]?.data[0] ?? Number.NaN)
      dispose(this.sums)
      this.sums = kept(upload(mapped(sums, () => constant([], 0))))
      return columns["loss"]!.at(-1)!
    })
  }

  /** The row that was written last. */
  latest(): { readonly [name: string]: number } {
    return mapped(this.columns, (values) => values.at(-1) ?? Number.NaN)
  }

  private examine(): Effect.Effect<Values> {
    const { parameters, training } = this
    const { examined = [] } = training
    const found = tf.tidy(() => {
      const told = examined.length === 0 ? {} : (training.examine?.(parameters) ?? {})
      return kept(Object.fromEntries(examined.map((name) => [name, scalarIn(told, name)])))
    })
    return Effect.ensuring(
      download(found),
      Effect.sync(() => dispose(found))
    )
  }

  snapshot(): Effect.Effect<Snapshot> {
    const { names, moments, columns, at, training } = this
    const state = Object.fromEntries([
      ...names.flatMap((name, i) =>
        training.optimiser.moments.map((moment, j) => [`${MOMENT}${moment}/${name}`, moments[i]![j]!] as const)
      ),
      ...Object.entries(this.sums).map(([name, sum]) => [`${SUM}${name}`, sum] as const)
    ])
    return Effect.all([download(this.parameters), download(state)]).pipe(
      Effect.map(([parameters, stored]) => ({
        at,
        model: modelOf(parameters),
        state: modelOf(stored),
        course: tableOf(columns)
      }))
    )
  }

  free(): void {
    tf.dispose(this.tensors())
  }

  private tensors(): Array<tf.Tensor> {
    return [...Object.values(this.parameters), ...this.moments.flat(), ...Object.values(this.sums)]
  }
}

/** Throws `RangeError` for a number of steps that is none. */
const checkCounts = ({ steps, every }: Training): void => {
  if (!(Number.isInteger(steps) && steps >= 0)) throw new RangeError(`a training of ${steps} steps`)
  if (!(Number.isInteger(every) && every > 0)) throw new RangeError(`a row of the course every ${every} steps`)
}

/** Beyond the scope in which they were made: the course frees them itself. */
const kept = (parameters: Parameters): Parameters => mapped(parameters, (tensor) => tf.keep(tensor))

const asScalar = (x: tf.Tensor): tf.Tensor => (x.rank === 0 ? x : tf.reshape(x, []))

/** One of the numbers that `judge` or `examine` gives. Throws `RangeError` where there is none of the name, or it is no single number. */
const scalarIn = (told: { readonly [name: string]: tf.Tensor | undefined }, name: string): tf.Tensor => {
  const value = told[name]
  const names = Object.keys(told).filter((each) => told[each] !== undefined)
  if (value === undefined)
    throw new RangeError(`"${name}" was to be told, and is not (there are: ${names.join(", ") || "none"})`)
  if (value.size === 1) return asScalar(value)
  throw new RangeError(
    `"${name}" is of shape ${value.shape.join("×")}, and is to be one number: tf.mean makes one of it`
  )
}

/** Derivatives of a loss by all parameters, in the order of their names. Throws `RangeError` naming those on which it does not depend. */
const gradientsOf = (
  parameters: Parameters,
  names: ReadonlyArray<string>,
  loss: (parameters: Parameters) => tf.Tensor
): ReadonlyArray<tf.Tensor> => {
  const tensors = names.map((name) => parameters[name]!)
  const { grads } = tf.engine().gradients(() => asScalar(loss(parameters)), tensors, undefined, true)
  const idle = names.filter((_, i) => !grads[i])
  if (idle.length > 0)
    throw new RangeError(`the loss does not depend on ${idle.join(", ")}, which it is to be made small by`)
  return grads
}

const modelOf = (tensors: Values): Model => ({ tensors, metadata: {} })

const tableOf = ({ step = [], ...others }: { readonly [name: string]: ReadonlyArray<number> }): Table => ({
  columns: { step: Int32Array.from(step), ...mapped(others, (values) => Float64Array.from(values)) }
})
