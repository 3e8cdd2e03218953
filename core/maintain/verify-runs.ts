/** Whether the folders of runs hold what was written: journals and plans, and the store what these name. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Plan } from "../plan/Plan.ts"
import { readPlan } from "../plan/plan-json.ts"
import { lossText } from "../record/JournalFlaws.ts"
import { FILES, listRuns, type RunFolder } from "../record/RunFolder.ts"
import { RunJournals } from "../record/RunJournals.ts"
import type { Artifact } from "../store/Artifact.ts"
import { type Digest, ofBytes } from "../store/Digest.ts"
import { type Damage, damage } from "./Damage.ts"

/** What the folders are compared with. */
export interface StoreLook {
  /** Whether the store has a result under a key. */
  readonly holds: (key: Digest) => boolean
  readonly hasObject: (digest: Digest) => boolean
}

/** Reads the journal of each run and what lies beside it. Throws what the disk throws. */
export const verifyRuns = (runs: string, { holds, hasObject }: StoreLook): ReadonlyArray<Damage> => {
  const journals = new RunJournals()
  /** Many runs name the same code and sources: what is lost is said once, and what is there is looked at once. */
  const seen = new Set<Digest>()
  const lostOf = (what: "code" | "source", of: string, digests: ReadonlyArray<Digest>): ReadonlyArray<Damage> =>
    digests.flatMap((digest) => {
      if (seen.has(digest)) return []
      seen.add(digest)
      return hasObject(digest) ? [] : [damage(what, digest, `${of} is missing: the next run stores it anew`)]
    })
  return listRuns(runs).flatMap((run) => {
    const { started, flaws, tasks } = journals.state(run)
    const lost = lossText(flaws)
    const damages = lost === undefined ? [] : [damage("journal", run.id, lost)]
    if (started === undefined) return damages
    const { plan, sources, unread } = filesOf(run, started.files ?? {})
    // What a collection has left nothing of needs neither code nor sources.
    const isNeeded = [...tasks.values()].some(({ key }) => key !== undefined && holds(key))
    const named = isNeeded
      ? [
          ...(plan?.stages ?? []).flatMap(({ id, code }) => lostOf("code", `that of stage "${id}"`, objectsOf(code))),
          ...Object.entries(sources).flatMap(([name, { files }]) => {
            const stored = files.flatMap(({ digest, inline }) => (inline === undefined ? [digest] : []))
            return lostOf("source", `a file of source "${name}"`, stored)
          })
        ]
      : []
    return [...damages, ...unread, ...named]
  })
}

const objectsOf = (code: Plan["stages"][number]["code"]): ReadonlyArray<Digest> =>
  code._tag === "Bundle"
    ? [code.bundle]
    : [...code.files, ...Object.values(code.named ?? {})].map(({ digest }) => digest)

interface RunFiles {
  readonly plan: Plan | undefined
  readonly sources: { readonly [name: string]: Artifact }
  readonly unread: ReadonlyArray<Damage>
}

/** What a run wrote beside its journal, which has the digests of it. */
const filesOf = ({ id, path }: RunFolder, digests: { readonly [name: string]: Digest }): RunFiles => {
  const unread: Array<Damage> = []
  const read = <A>(file: string, parse: (text: string) => A, isRequired: boolean): A | undefined => {
    const written = join(path, file)
    if (!existsSync(written)) {
      // A collection may have taken the whole run meanwhile.
      if (isRequired && existsSync(path)) unread.push(damage("plan", id, `its ${file} is missing`))
      return undefined
    }
    try {
      const bytes = readFileSync(written)
      const parsed = parse(bytes.toString())
      const digest = digests[file]
      if (digest === undefined || digest === ofBytes(bytes)) return parsed
      unread.push(damage("plan", id, `its ${file} has changed`))
      return undefined
    } catch {
      unread.push(damage("plan", id, `its ${file} cannot be read`))
      return undefined
    }
  }
  const plan = read(FILES.plan, readPlan, true)
  read(FILES.pipeline, (text) => text, true)
  read(FILES.included, (text) => text, false)
  // Runs of earlier versions have none, whatever they read.
  const sources = read(FILES.sources, (text): RunFiles["sources"] => JSON.parse(text), false)
  return { plan, sources: sources ?? {}, unread }
}
