/** Executes commands in processes. Their part of the program is loaded with the first of them. */
import { join } from "node:path"
import { Context, Effect, Layer } from "effect"
import { ObjectStore } from "../store/ObjectStore.ts"
import { StoreRoot, type StoreRootShape } from "../store/StoreRoot.ts"
import type { CommandRequest, Execute } from "./Executor.ts"
import { ProcessHost } from "./ProcessHost.ts"

export class CommandRunner extends Context.Service<CommandRunner, { readonly execute: Execute<CommandRequest> }>()(
  "athanor/run/CommandRunner"
) {
  static readonly layer: Layer.Layer<CommandRunner, never, ObjectStore | ProcessHost | StoreRoot> = Layer.effect(
    CommandRunner,
    Effect.gen(function* () {
      const objects = yield* ObjectStore
      const root = workableRoot(yield* StoreRoot)
      const host = yield* ProcessHost
      const load = yield* Effect.cached(
        Effect.map(
          Effect.promise(() => import("./execute-command.ts")),
          ({ makeCommandExecutor }) => makeCommandExecutor({ objects, root, environment: process.env, host })
        )
      )
      return CommandRunner.of({
        execute: (request, watch) => Effect.flatMap(load, (execute) => execute(request, watch))
      })
    })
  )
}

/** Results of a store that cannot be written are made again beside it. */
const workableRoot = (root: StoreRootShape): StoreRootShape =>
  root.scratch === undefined ? root : { ...root, work: join(root.scratch, "work") }
