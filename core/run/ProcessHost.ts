/** The process that outlives the orchestrator for a moment, one for all that starts processes; launched when first needed. */
import { Context, Effect, Layer } from "effect"
import { CommandHost } from "./CommandHost.ts"

export interface ProcessHostOptions {
  /** The module that `command-host.ts` was built to. */
  readonly hostModule: URL
}

export class ProcessHost extends Context.Service<ProcessHost, CommandHost>()("athanor/run/ProcessHost") {
  /** The host, and all that it still runs, end with the scope. */
  static readonly layer = ({ hostModule }: ProcessHostOptions): Layer.Layer<ProcessHost> =>
    Layer.effect(
      ProcessHost,
      Effect.acquireRelease(
        Effect.sync(() => new CommandHost(hostModule)),
        (host) => Effect.promise(() => host.close())
      )
    )
}
