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
  const { steps, every, rate } = training
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
        const isSound = yield* Effect.uninterruptible(course.record())
        yield* Trace.event("training.row", course.latest())
        if (!isSound) return yield* new Diverged({ step: course.at, rate: rate(course.at - 1) })
      }
      report({ done: course.at, total: steps, unit: "steps" })
      if (course.at < steps && outputs !== undefined && sink.isDue()) yield* save
      yield* breath
    }
    return yield* course.snapshot()
  })
  return yield* Effect.onInterrupt(loop, () => (outputs !== undefined && course.at > first ? save : Effect.void))
})

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
      const { grads } = tf.valueAndGrads((...tensors) => {
        const parameters = Object.fromEntries(names.map((name, i) => [name, tensors[i]!]))
        const { loss, others = {} } = training.judge(parameters, at)
        for (const [name, sum] of Object.entries(this.sums)) {
          const value = name === "loss" ? loss : others[name]
          if (value === undefined) throw new RangeError(`"${name}" was to be told, and is not`)
          sums[name] = tf.keep(tf.add(sum, value))
        }
        return loss
      })(names.map((name) => this.parameters[name]!))
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

  /** Writes a row of the course; false where the loss is no finite number. */
  record(): Effect.Effect<boolean> {
    const { training, columns } = this
    return Effect.map(Effect.all([download(this.sums), this.examine()]), ([sums, examined]) => {
      columns["step"]!.push(this.at)
      for (const [name, { data }] of Object.entries(sums)) columns[name]!.push(data[0]! / training.every)
      for (const name of training.examined ?? []) columns[name]!.push(examined[name]?.data[0] ?? Number.NaN)
      dispose(this.sums)
      this.sums = kept(upload(mapped(sums, () => constant([], 0))))
      return Number.isFinite(columns["loss"]!.at(-1))
    })
  }

  /** The row that was written last. */
  latest(): { readonly [name: string]: number } {
    return mapped(this.columns, (values) => values.at(-1) ?? Number.NaN)
  }

  private examine(): Effect.Effect<Values> {
    const { parameters, training } = this
    const found = tf.tidy(() => kept(training.examine?.(parameters) ?? {}))
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

/** Beyond the scope in which they were made: the course frees them itself. */
const kept = (parameters: Parameters): Parameters => mapped(parameters, (tensor) => tf.keep(tensor))

const modelOf = (tensors: Values): Model => ({ tensors, metadata: {} })

const tableOf = ({ step = [], ...others }: { readonly [name: string]: ReadonlyArray<number> }): Table => ({
  columns: { step: Int32Array.from(step), ...mapped(others, (values) => Float64Array.from(values)) }
})
