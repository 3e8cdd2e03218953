/** What the tasks of a stage train on: what the file says, or else `PIPELINE_BACKEND`, or else the fastest that is there. */
import { Effect, Result } from "effect"
import { backendFault, isBackendName } from "../document/backend-fault.ts"
import type { Scope } from "../document/evaluate.ts"
import { evaluateTemplate } from "../document/evaluate-template.ts"
import type { StageDocument } from "../document/PipelineDocument.ts"
import { BACKENDS, type Backend } from "../stage/Compute.ts"
import type { StageType } from "../stage/StageType.ts"
import { type Checked, collect, refuse } from "./Checked.ts"
import type { Surroundings } from "./command-code.ts"
import type { DeviceClass } from "./device-class.ts"
import type { BundleCode, PlanTask } from "./Plan.ts"

/** The variable that names the backend of all stages which do not name their own. */
export const BACKEND_VARIABLE = "PIPELINE_BACKEND"

/** The variable that lets programs take the place of GPUs: for tests, they are slower than anything else. */
export const SOFTWARE_VARIABLE = "PIPELINE_SOFTWARE_GPU"

/** How a task may train. */
export interface Training {
  readonly usable: ReadonlyArray<Backend>
  /** What the file names. */
  readonly named: Backend | undefined
}

/** A task whose device is not chosen yet, if it trains. */
export interface UnplacedTask extends PlanTask {
  readonly training?: Training
}

/** How a task trains by its file and its stage type; nothing where it does not. */
export const trainingOf = (
  stage: StageDocument,
  { determinism, name }: Pick<StageType, "determinism" | "name">,
  usable: ReadonlyArray<Backend> | undefined,
  scope: Scope
): Checked<Pick<UnplacedTask, "training">> => {
  const wrong = usable?.find((backend) => !BACKENDS.includes(backend))
  if (wrong !== undefined) {
    const { message, hint } = backendFault(wrong)
    return refuse(stage.uses.span, `stage "${stage.id}": ${name} says that it trains on "${wrong}": ${message}`, hint)
  }
  if (usable !== undefined && typeof determinism === "string") {
    const message = `stage "${stage.id}": ${name} trains, and is declared ${JSON.stringify(determinism)}`
    return refuse(
      stage.uses.span,
      message,
      "no two backends give the same digits: declare a tolerance, { tolerance: 0.01 }"
    )
  }
  if (stage.backend === undefined) {
    return Result.succeed(usable === undefined ? {} : { training: { usable, named: undefined } })
  }
  const { span } = stage.backend
  if (usable === undefined) return refuse(span, `stage "${stage.id}": ${name} does not train, and takes no backend`)
  return Result.flatMap(evaluateTemplate(stage.backend, scope), (value) => {
    if (!isBackendName(value)) {
      const { message, hint } = backendFault(value)
      return refuse(span, `stage "${stage.id}": ${message}`, hint)
    }
    const named = value === "auto" ? undefined : value
    if (named === undefined || usable.includes(named)) return Result.succeed({ training: { usable, named } })
    return refuse(span, `stage "${stage.id}": ${unusable(name, named, usable)}`)
  })
}

const unusable = (type: string, backend: Backend, usable: ReadonlyArray<Backend>): string =>
  `${type} cannot train on ${backend}, only on ${usable.join(", ") || "nothing"}`

/** What a choice looks at. */
type Choice = Pick<Surroundings, "backends" | "environment" | "reads">

/** A stage that trains, with the name of its stage type and the source of that. */
export interface TrainingStage {
  readonly document: StageDocument
  readonly type: Pick<StageType, "name">
  readonly code: Pick<BundleCode, "file">
}

/** Tasks of a stage with what they train on. */
export const placeTasks = Effect.fnUntraced(function* (
  stage: TrainingStage,
  tasks: ReadonlyArray<UnplacedTask>,
  surroundings: Choice
): Effect.fn.Return<Checked<ReadonlyArray<PlanTask>>> {
  if (tasks.every(({ training }) => training === undefined)) return Result.succeed(tasks)
  const chosen = new Map<string, Checked<DeviceClass>>()
  const placed: Array<Checked<PlanTask>> = []
  for (const { training, ...task } of tasks) {
    if (training === undefined) {
      placed.push(Result.succeed(task))
      continue
    }
    const name = JSON.stringify(training)
    const device = chosen.get(name) ?? (yield* chooseDevice(stage, training, surroundings))
    chosen.set(name, device)
    placed.push(Result.map(device, (found) => withDevice(task, found)))
  }
  return collect(placed)
})

/** What a task of a stage trains on. */
export const chooseDevice = Effect.fnUntraced(function* (
  { code, document: stage, type }: TrainingStage,
  { named, usable }: Training,
  { backends, environment, reads }: Choice
): Effect.fn.Return<Checked<DeviceClass>> {
  const general = reads.variable(BACKEND_VARIABLE, environment) || "auto"
  const refused = (message: string, hint?: string) => refuse(stage.uses.span, `stage "${stage.id}": ${message}`, hint)
  if (named === undefined && !isBackendName(general)) {
    const { message, hint } = backendFault(general)
    return refused(`${BACKEND_VARIABLE}: ${message}`, hint)
  }
  const wanted = named ?? (general === "auto" ? undefined : (general as Backend))
  if (wanted !== undefined && !usable.includes(wanted))
    return refused(`${BACKEND_VARIABLE}=${wanted}: ${unusable(type.name, wanted, usable)}`)
  // One that is named is chosen whether it is there or not; only of what class its results are may depend on the machine.
  const isSettled = wanted !== "webgpu" || reads.variable(SOFTWARE_VARIABLE, environment) !== "1"
  if (wanted !== undefined) return Result.succeed(isSettled ? wanted : (yield* backends(wanted, code.file)).device)
  const absent: Array<string> = []
  for (const backend of BACKENDS.filter((each) => usable.includes(each))) {
    const state = yield* backends(backend, code.file)
    if (state._tag === "Here") return Result.succeed(state.device)
    absent.push(`${backend}: ${state.reason}`)
  }
  return refused(`nothing is here that ${type.name} can train on`, absent.join("; ") || "it names no backend")
})

/** TensorFlow takes all memory of a device; where nothing but the processor computes, none is held. */
const withDevice = (task: PlanTask, device: DeviceClass): PlanTask => {
  const { gpu = 0, ...others } = task.resources
  const held = device === "tensorflow-gpu" ? Math.max(1, gpu) : device === "webgpu" ? gpu : 0
  return { ...task, device, resources: { ...others, ...(held === 0 ? {} : { gpu: held }) } }
}
