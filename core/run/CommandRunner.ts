/** Executes commands in processes. Their part of the program is loaded with the first of them. */
import { Context, Effect, Layer } from "effect"
import { ObjectStore } from "../store/ObjectStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import type { CommandRequest, Execute } from "./Executor.ts"

export class CommandRunner extends Context.Service<CommandRunner, { readonly execute: Execute<CommandRequest> }>()(
  "athanor/run/CommandRunner"
) {
  static readonly layer: Layer.Layer<CommandRunner, never, ObjectStore | StoreRoot> = Layer.effect(
    CommandRunner,
    Effect.gen(function* () {
      const objects = yield* ObjectStore
      const root = yield* StoreRoot
      const load = yield* Effect.cached(
        Effect.promise(async () => {
          const { makeCommandExecutor } = await import("./execute-command.ts")
          return makeCommandExecutor({ objects, folder: root.work, environment: process.env })
        })
      )
      return CommandRunner.of({
        execute: (request, watch) => Effect.flatMap(load, (execute) => execute(request, watch))
      })
    })
  )
}
