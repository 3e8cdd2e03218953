/**
 * Executes attempts in pooled workers, started when first needed: threads, and processes of their own for code that imports
 * packages, which the rules for stages do not read, and for what is held to a limit of memory.
 */
import { availableParallelism } from "node:os"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { Context, Effect, Layer } from "effect"
import { bundleImportsPackages } from "../code/imports-packages.ts"
import { packageRoots } from "../code/package-roots.ts"
import { wantsSpans } from "../record/SpanLog.ts"
import { mustSync } from "../store/durability.ts"
import { partsOf } from "../store/StoreRoot.ts"
import type { CommandHost } from "./CommandHost.ts"
import type { AttemptWatch, Execute, StageRequest, StageResult } from "./Executor.ts"
import { Lanes } from "./Lanes.ts"
import { ProcessHost } from "./ProcessHost.ts"
import { processChannel } from "./process-channel.ts"
import { type Assignment, type Outcome, StageWorker } from "./StageWorker.ts"
import { threadChannel } from "./thread-channel.ts"
import type { OpenChannel } from "./WorkerChannel.ts"
import type { NativeSettings, WorkerSettings } from "./worker-protocol.ts"

export interface WorkerPoolOptions extends Pick<WorkerSettings, "effectModule"> {
  /** The module that `helper.ts` was built to. */
  readonly helperModule: URL
  /** The module that `worker.ts` was built to. */
  readonly workerModule: URL
  /** The module that `worker-process.ts` was built to. */
  readonly processModule: URL
  /** The folder of all modules that the program consists of. */
  readonly program: string
}

/** Where an attempt of a stage type runs. */
export type WorkerPlace = "thread" | "process"

export class WorkerPool extends Context.Service<
  WorkerPool,
  { readonly placeOf: (request: StageRequest) => WorkerPlace; readonly execute: Execute<StageRequest, StageResult> }
>()("athanor/run/WorkerPool") {
  /**
   * Workers live until the scope closes; the caller bounds how many attempts run at once. Brief ones wait for each other in
   * as many threads as their shares come to.
   */
  static readonly layer = (options: WorkerPoolOptions): Layer.Layer<WorkerPool, never, ProcessHost> =>
    Layer.effect(
      WorkerPool,
      Effect.gen(function* () {
        const workers = new Workers(options, yield* ProcessHost)
        yield* Effect.addFinalizer(() => Effect.promise(() => workers.end()))
        return WorkerPool.of({ placeOf, execute: (request, watch) => execute(workers, request, watch) })
      })
    )
}

const placeOf = (request: StageRequest): WorkerPlace =>
  [request.memory, request.device, request.blas].some((need) => need !== undefined) ||
  bundleImportsPackages(request.code)
    ? "process"
    : "thread"

const execute = Effect.fnUntraced(function* (workers: Workers, asked: StageRequest, watch: AttemptWatch) {
  // A thread is held to no permission: none is there where nobody has read what runs.
  const request = bundleImportsPackages(asked.code) ? { ...asked, helpers: 0 } : asked
  const kind = placeOf(request) === "process" ? workers.processes(request) : workers.threads
  const { brief } = request
  if (brief !== undefined && kind === workers.threads) {
    const outcome = yield* conversation(request, watch, (assignment) =>
      workers.lanes.enqueue(assignment, brief.share, brief.cores)
    )
    if (outcome._tag === "Answered") return yield* outcome.result
    if (isLast(outcome)) return yield* outcome.failure
    watch.onTurn?.(true)
  }
  const worker = workers.take(kind)
  const { isFresh } = worker
  const outcome = yield* alone(workers, worker, request, watch)
  if (outcome._tag === "Answered") return yield* outcome.result
  // A worker that has served others may have died of what they left behind: only a fresh one proves anything.
  const isProof = outcome._tag === "Died" && isFresh
  const last = isProof || isLast(outcome) ? outcome : yield* alone(workers, workers.start(kind), request, watch)
  if (last._tag === "Answered") return yield* last.result
  return yield* last._tag === "Died" ? last.failure : Effect.interrupt
})

/** Whether nothing may follow it. */
const isLast = (outcome: Outcome): outcome is Extract<Outcome, { readonly _tag: "Died" }> =>
  outcome._tag === "Died" && outcome.failure.endsRun === true

/** An attempt in a worker of its own. */
const alone = (workers: Workers, worker: StageWorker, request: StageRequest, watch: AttemptWatch) =>
  conversation(request, watch, (assignment) => workers.runAlone(worker, assignment))

/** Waits for the outcome of an assignment; `begin` gives the way to interrupt it. */
const conversation = (
  request: StageRequest,
  watch: AttemptWatch,
  begin: (assignment: Assignment) => Effect.Effect<void>
) =>
  Effect.callback<Outcome>((resume) => begin({ request, watch, settle: (outcome) => resume(Effect.succeed(outcome)) }))

/** Workers that can stand in for each other. */
interface Kind {
  readonly open: OpenChannel
  readonly idle: Array<StageWorker>
}

/** What the attempts at a stage type have to read: its code, what the store hands over, and packages with their files. */
const readableOf = ({ checkpoints, code: { bundleFile, file } }: StageRequest): ReadonlyArray<string> => {
  const store = partsOf(dirname(dirname(dirname(bundleFile))))
  return [
    bundleFile,
    store.objects,
    store.trash,
    ...(checkpoints === undefined ? [] : [dirname(checkpoints)]),
    ...packageRoots(file)
  ]
}

/** Processes that are kept for attempts like those that they had, all kinds together. */
const MOST_IDLE = availableParallelism()

class Workers {
  readonly threads: Kind
  readonly lanes: Lanes<StageWorker>
  private readonly options: WorkerPoolOptions
  private readonly host: CommandHost
  private readonly all = new Map<StageWorker, Kind>()
  /** Processes by what attempts have to have in common for them. */
  private readonly kinds = new Map<string, Kind>()
  /** Attempts that have a worker of their own. */
  private alone = 0

  constructor(options: WorkerPoolOptions, host: CommandHost) {
    this.host = host
    this.options = options
    this.threads = { open: threadChannel(options.workerModule, this.settings()), idle: [] }
    this.lanes = new Lanes({
      take: () => this.take(this.threads),
      giveBack: (thread) => this.giveBack(thread),
      busy: () => this.alone
    })
  }

  /** The processes that an attempt can be given to: what packages leave behind in one, others of their stage type meet. */
  processes(request: StageRequest): Kind {
    const { processModule, program } = this.options
    const { blas, code, device, devices, helpers = 0, memory } = request
    const name = JSON.stringify([code.bundle, code.file, memory, devices, device, blas, helpers])
    const known = this.kinds.get(name)
    if (known !== undefined) return known
    const readable = [
      program,
      ...readableOf(request),
      ...(device === undefined && blas === undefined && !bundleImportsPackages(code) ? [] : packageRoots(program))
    ]
    const traits = { memory, blas, device, devices, helpers, readable }
    const native: NativeSettings | undefined = blas && {
      ...blas,
      from: [code.file, fileURLToPath(processModule)],
      isLast: device === undefined && devices.length === 0
    }
    const settings = { ...this.settings(), helpers, ...(native === undefined ? {} : { blas: native }) }
    const open = processChannel(processModule, settings, traits, this.host)
    const kind: Kind = { open, idle: [] }
    this.kinds.set(name, kind)
    return kind
  }

  private settings(): WorkerSettings {
    const { effectModule, helperModule } = this.options
    return { effectModule, helperModule: helperModule.href, mustSync: mustSync(), wantsSpans: wantsSpans(process.env) }
  }

  take(kind: Kind): StageWorker {
    return kind.idle.pop() ?? this.start(kind)
  }

  start(kind: Kind): StageWorker {
    const worker: StageWorker = new StageWorker(kind.open, () => {
      this.all.delete(worker)
      const at = kind.idle.indexOf(worker)
      if (at >= 0) kind.idle.splice(at, 1)
    })
    this.all.set(worker, kind)
    return worker
  }

  /** Gives a worker one attempt; the way to interrupt it. */
  runAlone(worker: StageWorker, { settle, ...assignment }: Assignment): Effect.Effect<void> {
    this.alone++
    const [placed] = worker.run([
      {
        ...assignment,
        settle: (outcome) => {
          this.alone--
          if (outcome._tag !== "Died") this.giveBack(worker)
          settle(outcome)
          this.lanes.open()
        }
      }
    ])
    return placed?.interrupt ?? Effect.void
  }

  end(): Promise<unknown> {
    this.lanes.end()
    return Promise.all([...this.all.keys()].map((worker) => worker.terminate()))
  }

  private giveBack(worker: StageWorker): void {
    const kind = this.all.get(worker)
    if (kind === undefined || worker.isDead) return
    kind.idle.push(worker)
    if (kind !== this.threads) this.endIdle()
  }

  /** Ends processes that nobody has asked for for the longest time. */
  private endIdle(): void {
    const idle = [...this.kinds.values()].flatMap(({ idle }) => idle)
    if (idle.length <= MOST_IDLE) return
    // `all` is in the order in which they were started.
    const oldest = [...this.all.keys()].find((worker) => idle.includes(worker))
    if (oldest === undefined) return
    const own = this.all.get(oldest)?.idle
    own?.splice(own.indexOf(oldest), 1)
    void oldest.terminate()
  }
}
