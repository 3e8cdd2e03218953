/** The key of a task: the digest of everything that decides its result. */
import { formatOf } from "../codec/Codec.ts"
import type { InputPart, KeyParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { PROCESSOR } from "./device-class.ts"
import { type Origin, originsIn, type Plan, type PlanInput, type PlanStage, type PlanTask } from "./Plan.ts"

/** Version of the way in which parts become a key: a change of it invalidates every result. */
const KEY_FORMAT = 1

/** What the machine contributes to keys, where a stage depends on it. */
export interface Host {
  /** Version of the JavaScript engine: `Math.exp` and its like may differ between two. */
  readonly engine: string
}

/** The named parts of a task's key; `partOf` gives the *content* of each input, so that equal bytes stop the wave. */
export const keyParts = (plan: Plan, task: PlanTask, partOf: (input: PlanInput) => InputPart, host: Host): KeyParts =>
  withInputs(plan, task, Object.entries(task.inputs), partOf, host)

/** The parts that are known already, where some inputs are not: the others are left out. */
export const decidedParts = (
  plan: Plan,
  task: PlanTask,
  digestOf: (origin: Origin) => Digest.Digest | undefined,
  host: Host
): KeyParts => {
  const isDecided = (input: PlanInput): boolean => originsIn(input).every((origin) => digestOf(origin) !== undefined)
  const decided = Object.entries(task.inputs).filter(([, input]) => isDecided(input))
  const partOf = (input: PlanInput) => inputPart(input, (origin) => digestOf(origin) as Digest.Digest)
  return withInputs(plan, task, decided, partOf, host)
}

const withInputs = (
  plan: Plan,
  task: PlanTask,
  inputs: ReadonlyArray<readonly [port: string, input: PlanInput]>,
  partOf: (input: PlanInput) => InputPart,
  host: Host
): KeyParts => {
  const stage = plan.stages[task.stage]
  if (stage === undefined) throw new RangeError(`task ${task.id} has no stage ${task.stage}`)
  return {
    format: KEY_FORMAT,
    stageType: stage.stageType,
    code: stage.code.identity,
    params: task.params,
    inputs: Object.fromEntries(inputs.map(([port, input]) => [port, partOf(input)])),
    outputs: formatsOf(stage),
    device: task.device ?? PROCESSOR,
    environment: environmentOf(stage, host)
  }
}

/** All tasks of a stage have one object for what they have in common. */
const formats = new WeakMap<PlanStage, KeyParts["outputs"]>()

const formatsOf = (stage: PlanStage): KeyParts["outputs"] => {
  const known = formats.get(stage)
  if (known !== undefined) return known
  const made = Object.fromEntries(Object.entries(stage.outputs).map(([port, kind]) => [port, formatOf(kind)]))
  formats.set(stage, made)
  return made
}

/** The key itself. A fan-in enters as one digest of its items. */
export const keyOf = (parts: KeyParts): Digest.Digest => {
  const { code, device, environment, format, inputs, outputs, params, stageType } = parts
  const digests = Object.fromEntries(Object.entries(inputs).map(([port, { digest }]) => [port, digest]))
  // In their canonical order, which spares the sorting.
  return Digest.ofValue("athanor/key/1", {
    ...{ code, device, environment, format },
    ...{ inputs: digests, outputs, params, stageType }
  })
}

/** What of an input enters a key. */
export const inputPart = (input: PlanInput, digestOf: (origin: Origin) => Digest.Digest): InputPart => {
  if (input._tag === "One") return { _tag: "One", digest: digestOf(input.origin) }
  const items = input.items.map(({ matrix, origin }) => ({ matrix, digest: digestOf(origin) }))
  return {
    _tag: "Many",
    digest: Digest.ofValue(
      "athanor/fan-in/1",
      items.map(({ matrix, digest }) => [matrix, digest])
    ),
    items
  }
}

const environmentOf = ({ blas, code, determinism }: PlanStage, host: Host): { readonly [name: string]: string } => {
  if (code._tag === "Command") return code.environment
  return {
    ...(blas === undefined ? {} : { blas: blas.title }),
    ...(determinism === "bitwise" ? {} : { engine: host.engine })
  }
}
