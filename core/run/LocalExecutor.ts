/** Executes attempts on this machine: stage types in workers, commands in processes that are theirs alone. */
import { Effect, Layer } from "effect"
import { CommandRunner } from "./CommandRunner.ts"
import { Executor } from "./Executor.ts"
import { WorkerPool } from "./WorkerPool.ts"

export const layer: Layer.Layer<Executor, never, WorkerPool | CommandRunner> = Layer.effect(
  Executor,
  Effect.gen(function* () {
    const workers = yield* WorkerPool
    const commands = yield* CommandRunner
    return Executor.of({
      placeOf: (request) => (request._tag === "Command" ? "process" : workers.placeOf(request)),
      execute: (request, watch) =>
        request._tag === "Command" ? commands.execute(request, watch) : workers.execute(request, watch)
    })
  })
)
