/** A run that would have to train on what is not here is refused before it begins: nothing else takes its place. */
import { Effect } from "effect"
import { PipelineInvalid } from "../document/Diagnostic.ts"
import { backendOf, type DeviceClass } from "../plan/device-class.ts"
import type { GrowingPlan } from "../plan/GrowingPlan.ts"
import type { BackendState, MachineBackends } from "../plan/MachineBackends.ts"
import { assess } from "../run/assess.ts"

/** Fails where something is to be computed that the machine has nothing for; what is cached may have been made elsewhere. */
export const requireBackends = Effect.fnUntraced(function* (
  { plan }: GrowingPlan,
  forced: ReadonlySet<number>,
  { backends, texts }: { readonly backends: MachineBackends; readonly texts: ReadonlyMap<string, string> }
) {
  const absent = new Map<DeviceClass, BackendState>()
  for (const device of new Set(plan.tasks.flatMap(({ device }) => device ?? []))) {
    const state = yield* backends(backendOf(device))
    if (state._tag === "Absent" || state.device !== device) absent.set(device, state)
  }
  if (absent.size === 0) return
  const { prospects } = yield* assess(plan)
  const diagnostics = plan.stages.flatMap(({ id, span, tasks }) =>
    [...absent].flatMap(([device, state]) => {
      const isNeeded = tasks.some(
        (task) => plan.tasks[task]?.device === device && (forced.has(task) || prospects[task]?._tag !== "Cached")
      )
      return isNeeded
        ? [
            {
              severity: "error" as const,
              span,
              message: `stage "${id}": ${absenceText(device, state)}`,
              ...hintOf(state)
            }
          ]
        : []
    })
  )
  if (diagnostics.length > 0) return yield* new PipelineInvalid({ diagnostics, texts })
})

const absenceText = (device: DeviceClass, state: BackendState): string =>
  state._tag === "Absent"
    ? `the backend ${device} is not here: ${state.reason}`
    : `the backend ${device} is not here, only ${state.device} (${state.adapter})`

const hintOf = (state: BackendState) =>
  state._tag === "Here" || state.advice === undefined ? {} : { hint: state.advice }
