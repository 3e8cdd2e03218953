/** A run that would have to train on what is not here is refused before it begins: nothing else takes its place. */
import { Effect } from "effect"
import { type Diagnostic, PipelineInvalid } from "../document/Diagnostic.ts"
import { backendOf, type DeviceClass } from "../plan/device-class.ts"
import type { GrowingPlan } from "../plan/GrowingPlan.ts"
import type { BackendState, MachineBackends } from "../plan/MachineBackends.ts"
import type { Plan, PlanStage } from "../plan/Plan.ts"
import { assess } from "../run/assess.ts"

/** Fails where something is to be computed that the machine has nothing for; what is cached may have been made elsewhere. */
export const requireBackends = Effect.fnUntraced(function* (
  { plan }: GrowingPlan,
  forced: ReadonlySet<number>,
  { backends, texts }: { readonly backends: MachineBackends; readonly texts: ReadonlyMap<string, string> }
) {
  const lacking = yield* lackingIn(plan, backends)
  if (lacking.length === 0) return
  const { prospects } = yield* assess(plan)
  const isNeeded = ({ device, stage }: Lacking): boolean =>
    stage.tasks.some(
      (task) => plan.tasks[task]?.device === device && (forced.has(task) || prospects[task]?._tag !== "Cached")
    )
  const diagnostics = lacking.filter(isNeeded).map(complaint)
  if (diagnostics.length > 0) return yield* new PipelineInvalid({ diagnostics, texts })
})

/** A device that tasks of a stage train on and that is not here. */
interface Lacking {
  readonly stage: PlanStage
  readonly device: DeviceClass
  /** Of its backend: that may be here as another class. */
  readonly state: BackendState
}

const lackingIn = Effect.fnUntraced(function* ({ stages, tasks }: Plan, backends: MachineBackends) {
  const lacking: Array<Lacking> = []
  for (const stage of stages) {
    if (stage.code._tag === "Command") continue
    for (const device of new Set(stage.tasks.flatMap((task) => tasks[task]?.device ?? []))) {
      const state = yield* backends(backendOf(device), stage.code.file)
      if (state._tag === "Absent" || state.device !== device) lacking.push({ stage, device, state })
    }
  }
  return lacking
})

const complaint = ({ device, stage: { id, span }, state }: Lacking): Diagnostic => ({
  severity: "error",
  span,
  message: `stage "${id}": the backend ${device} is not here${reasonIn(state)}`,
  ...(state._tag === "Here" || state.advice === undefined ? {} : { hint: state.advice })
})

const reasonIn = (state: BackendState): string =>
  state._tag === "Absent" ? `: ${state.reason}` : `, only ${state.device} (${state.adapter})`
