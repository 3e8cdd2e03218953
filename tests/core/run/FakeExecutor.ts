/** An executor without threads: tests say what a task's attempt does, and see which attempts there were. */
import { Effect, Layer } from "effect"
import {
  type AttemptFailed,
  type AttemptResult,
  type AttemptWatch,
  Executor,
  type StageRequest
} from "../../../core/run/Executor.ts"

/** What an attempt does; the value that it makes at port `out` is JSON. */
export type Behaviour = (request: StageRequest, watch: AttemptWatch) => Effect.Effect<unknown, AttemptFailed>

export interface FakeExecutor {
  readonly layer: Layer.Layer<Executor>
  /** Every attempt that was asked for, in order. */
  readonly requests: ReadonlyArray<StageRequest>
  /** Starts and ends of attempts, in order; an end is there for interrupted ones too. */
  readonly moments: ReadonlyArray<{ readonly task: string; readonly what: "start" | "end" }>
}

/** What a successful attempt hands over when its stage returns a JSON value at port `out`. */
export const made = (value: unknown, more: Partial<AttemptResult> = {}): AttemptResult => ({
  outputs: { out: [{ path: "value.json", bytes: Buffer.from(JSON.stringify(value)) }] },
  metrics: {},
  logs: [],
  cpuMillis: 0,
  peakMemory: 0,
  ...more
})

/** By default each task makes its own name. `beside` gives what else comes with a value, as metrics. */
export const fakeExecutor = (
  behaviour: Behaviour = ({ task }) => Effect.succeed(task),
  beside: (value: unknown) => Partial<AttemptResult> = () => ({})
): FakeExecutor => {
  const requests: Array<StageRequest> = []
  const moments: Array<FakeExecutor["moments"][number]> = []
  const execute: Executor["Service"]["execute"] = (request, watch) =>
    Effect.suspend(() => {
      if (request._tag === "Command") throw new Error("sketched plans have no commands")
      requests.push(request)
      moments.push({ task: request.task, what: "start" })
      const { start } = request
      const before = start === undefined ? {} : { continuedFrom: { at: start.at, key: start.key } }
      return Effect.map(behaviour(request, watch), (value) => made(value, { ...before, ...beside(value) }))
    }).pipe(Effect.ensuring(Effect.sync(() => moments.push({ task: request.task, what: "end" }))))
  return { layer: Layer.succeed(Executor, { placeOf: () => "fake", execute }), requests, moments }
}

/** The tasks that were attempted, in order. */
export const attempted = ({ requests }: FakeExecutor): ReadonlyArray<string> => requests.map(({ task }) => task)
