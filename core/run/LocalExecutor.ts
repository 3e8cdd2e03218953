/** Executes attempts on this machine: stage types in threads, commands in processes. */
import { Effect, Layer } from "effect"
import { CommandRunner } from "./CommandRunner.ts"
import { Executor } from "./Executor.ts"
import { WorkerPool } from "./WorkerPool.ts"

export const layer: Layer.Layer<Executor, never, WorkerPool | CommandRunner> = Layer.effect(
  Executor,
  Effect.gen(function* () {
    const threads = yield* WorkerPool
    const commands = yield* CommandRunner
    return Executor.of({
      placeOf: ({ _tag }) => (_tag === "Command" ? "process" : "thread"),
      execute: (request, watch) =>
        request._tag === "Command" ? commands.execute(request, watch) : threads.execute(request, watch)
    })
  })
)
