/** `pipeline graph`: the tasks and edges of a pipeline, with what is cached. */
import { Effect } from "effect"
import type { ShownStatus } from "../report/GraphModel.ts"
import { type GraphFormat, graphText } from "../report/graph-formats.ts"
import { assess } from "../run/assess.ts"
import { growByStore } from "../run/grow-by-store.ts"
import { EXIT } from "./exit-status.ts"
import type { PipelineChoices } from "./load-pipeline.ts"
import { loadPlan } from "./load-plan.ts"
import { print } from "./output.ts"
import { planningLayer } from "./services.ts"

/** Prints the graph in a format. */
export const graph = (choices: PipelineChoices & { readonly format: GraphFormat }) =>
  Effect.gen(function* () {
    const { plan } = yield* growByStore((yield* loadPlan(choices)).growing)
    const { prospects } = yield* assess(plan)
    const statuses = new Map(
      plan.tasks.map(({ id }, index): [string, ShownStatus] => [
        id,
        prospects[index]?._tag === "Cached" ? "hit" : "waiting"
      ])
    )
    print(graphText(plan, choices.format, statuses).trimEnd())
    return EXIT.success
  }).pipe(Effect.provide(planningLayer))
