/** Executes commands in processes. Their part of the program is loaded, and their host started, with the first of them. */
import { Context, Effect, Layer, Scope } from "effect"
import { ObjectStore } from "../store/ObjectStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import type { CommandRequest, Execute } from "./Executor.ts"

export interface CommandRunnerOptions {
  /** The module that `command-host.ts` was built to. */
  readonly hostModule: URL
}

export class CommandRunner extends Context.Service<CommandRunner, { readonly execute: Execute<CommandRequest> }>()(
  "athanor/run/CommandRunner"
) {
  /** The host, and all that it still runs, end with the scope. */
  static readonly layer = ({
    hostModule
  }: CommandRunnerOptions): Layer.Layer<CommandRunner, never, ObjectStore | StoreRoot> =>
    Layer.effect(
      CommandRunner,
      Effect.gen(function* () {
        const objects = yield* ObjectStore
        const root = yield* StoreRoot
        const scope = yield* Effect.scope
        const load = yield* Effect.cached(
          Effect.gen(function* () {
            const [{ CommandHost }, { makeCommandExecutor }] = yield* Effect.promise(() =>
              Promise.all([import("./CommandHost.ts"), import("./execute-command.ts")])
            )
            const host = new CommandHost(hostModule)
            yield* Scope.addFinalizer(
              scope,
              Effect.promise(() => host.close())
            )
            return makeCommandExecutor({ objects, folder: root.work, environment: process.env, host })
          })
        )
        return CommandRunner.of({
          execute: (request, watch) => Effect.flatMap(load, (execute) => execute(request, watch))
        })
      })
    )
}
