/** Small studies, edits to them, and the plainest engine that there can be: the reference for what has to run. */
import type { Plan } from "../../../core/plan/Plan.ts"
import { digestOf, INLINE_LIMIT } from "../../../core/store/Artifact.ts"
import * as Digest from "../../../core/store/Digest.ts"
import { sketched } from "./sketched-plan.ts"

/** A task: half its value, what its code adds and what its needs made, modulo a small number, so that results often agree. */
export interface StudyTask {
  /** `s1@n=7`: its stage and a number of its own. */
  readonly id: string
  readonly value: number
  /** Makes an object of the store, not a few bytes in the record. */
  readonly isLarge: boolean
  readonly needs: ReadonlyArray<string>
}

export interface Study {
  /** Each after those it needs. */
  readonly tasks: ReadonlyArray<StudyTask>
  /** Code of each stage, by its number. */
  readonly codes: ReadonlyArray<Code>
  /** Tasks that fail when they run, by `failing`. */
  readonly failing: ReadonlySet<string>
}

/** What each code adds: two that differ may do the same. */
const CODES = { plain: 0, renamed: 0, other: 1 } as const

export type Code = keyof typeof CODES

const MODULUS = 5

/** The artifact of a task. */
export interface Made {
  readonly n: number
  readonly pad?: string
}

export const stageOf = (id: string): string => id.split("@")[0] ?? ""

export const paramOf = ({ value, isLarge }: StudyTask): string => `${value} ${isLarge}`

/** What decides whether a task fails: equal tasks fail together. */
export const failing = (stage: string, param: string): string => `${stage} ${param}`

/**
 * The result of a task by all that it reads. Of the tasks of one run no two have one large object: when that was lost, it
 * would depend on the order of look-ups how many of them are executed.
 */
export const makeResult = (stage: string, code: Code, param: string, inputs: ReadonlyArray<Made>): Made => {
  const [value = "", isLarge] = param.split(" ")
  const n = inputs.reduce((sum, input) => sum + input.n, (Number(value) >> 1) + CODES[code]) % MODULUS
  if (isLarge !== "true") return { n }
  return { n, pad: `${stage} ${param} ${inputs.map(nameOf).join()}`.padEnd(INLINE_LIMIT, ".") }
}

/** Names an execution by all that it reads. */
export const executionOf = (stage: string, code: Code, param: string, inputs: ReadonlyArray<Made>): string =>
  JSON.stringify([stage, code, param, ...inputs.map(nameOf)])

/** Tells two artifacts apart. */
const nameOf = ({ n, pad = "" }: Made): string => `${n}${Digest.ofBytes(Buffer.from(pad)).slice(0, 8)}`

const codeOf = ({ codes }: Study, { id }: StudyTask): Code => codes[Number(stageOf(id).slice(1))] ?? "plain"

/** The code behind an identity in a plan of `planOf`. */
export const codeWith = (identity: string): Code =>
  (Object.keys(CODES) as ReadonlyArray<Code>).find((code) => Digest.ofValue("test", code) === identity) ?? "plain"

export const planOf = (study: Study): Plan =>
  sketched(
    study.tasks.map((task) => ({ id: task.id, needs: task.needs, param: paramOf(task), code: codeOf(study, task) }))
  )

/** The digest of a result. */
export const artifactOf = (made: Made): string =>
  digestOf("Json", [{ path: "value.json", digest: Digest.ofBytes(Buffer.from(JSON.stringify(made))) }])

/** The digest under which the store keeps a large result. */
const objectOf = (made: Made): string => Digest.ofBytes(Buffer.from(JSON.stringify(made)))

/** An engine without any cleverness: it goes through all tasks in order and remembers every result. */
export class NaiveEngine {
  private readonly results = new Map<string, Made>()
  private readonly objects = new Set<string>()

  /** What has to be executed, in no particular order; and what comes out of each task that has a result. */
  run(study: Study): { readonly executed: ReadonlyArray<string>; readonly made: ReadonlyMap<string, Made> } {
    const executed = new Set<string>()
    const made = new Map<string, Made>()
    for (const task of study.tasks) {
      const inputs = task.needs.flatMap((need) => made.get(need) ?? [])
      // What it needs has failed.
      if (inputs.length < task.needs.length) continue
      const [stage, code, param] = [stageOf(task.id), codeOf(study, task), paramOf(task)]
      const execution = executionOf(stage, code, param, inputs)
      const known = this.results.get(execution)
      if (known !== undefined && (known.pad === undefined || this.objects.has(objectOf(known)))) {
        made.set(task.id, known)
        continue
      }
      executed.add(execution)
      if (study.failing.has(failing(stage, param))) continue
      const result = makeResult(stage, code, param, inputs)
      this.results.set(execution, result)
      this.objects.add(objectOf(result))
      made.set(task.id, result)
    }
    return { executed: [...executed], made }
  }

  /** An object is gone from the store. */
  lose(object: string): void {
    this.objects.delete(object)
  }
}
