/**
 * Remembers what the files in a reports folder show and hold, so that they are written again when either has changed, and
 * removed when a later page has them no more.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { ExpectationDocument } from "../document/PipelineDocument.ts"
import { REPORT_FILES } from "../document/report-files.ts"
import type { PastRun } from "../record/RunHistory.ts"
import type { Closing } from "../report/closing-line.ts"
import { withoutCommit } from "../run/source-commit.ts"
import * as Digest from "../store/Digest.ts"

export interface Stamp {
  /** Digest of what the page shows; empty when something that belongs to it is missing. */
  readonly shown: string
  /** Digest of each file, by its path in the folder. */
  readonly files: { readonly [path: string]: string }
  /** Digest of the artifact that was written to a path, in whatever form. */
  readonly artifacts?: { readonly [path: string]: string }
  readonly met: number
  readonly expected: number
  /** What to say after the counts; none where every expectation is met. */
  readonly closing?: ReadonlyArray<Closing>
}

/** A digest of everything that the page of a run shows, but when and by which run it was computed. */
export const shownBy = ({ plan, state }: PastRun): string => {
  const { name, file, description, paper, profile, params, stages, tasks, sources, outputs, figures, times } = plan
  const shown = {
    form: 8,
    ...{ name, file, description, paper, profile, params, tasks, outputs, figures, times },
    stages: stages.map(({ span: _, code, ...stage }) => [stage, code.identity]),
    sources: sources.map(({ span: _, ...source }) => source),
    expectations: plan.expectations.map(({ expected, ...bound }) => [bound, ...withoutPlaces(expected)]),
    absent: plan.absences?.expectations.map(withoutPlaces),
    results: tasks.map(({ id }) => {
      const task = state.tasks.get(id)
      return [task?.key, task?.outputs, task?.metrics]
    }),
    // A commit that changes none of this is no news.
    environment: withoutCommit(state.started?.environment ?? {})
  }
  return Digest.ofBytes(Buffer.from(JSON.stringify(shown)))
}

/** What an expectation says, without where it stands and for whom. */
const withoutPlaces = ({ span: _, metric, profiles: __, ...expected }: ExpectationDocument) => [metric.value, expected]

/** The stamp of a folder; `undefined` when it has none. */
export const readStamp = (folder: string): Stamp | undefined => {
  try {
    const file = join(folder, REPORT_FILES.stamp)
    if (!existsSync(file)) return undefined
    const stamp: Partial<Stamp> | null = JSON.parse(readFileSync(file, "utf8"))
    return typeof stamp?.files === "object" && stamp.files !== null ? (stamp as Stamp) : undefined
  } catch {
    // Unreadable: all is written again, and nothing is known to be ours to remove.
    return undefined
  }
}

/** How the expectations of a page that stays stand; empty when it has none. */
export const standingText = ({ met, expected }: Stamp): string =>
  expected === 0 ? "" : `${met} of ${expected} expectations met`

/** Whether the files of a stamp are as they were written. */
export const isWhole = (folder: string, { files }: Pick<Stamp, "files">): boolean => {
  try {
    return Object.entries(files).every(([path, digest]) => digestOf(join(folder, path)) === digest)
  } catch {
    // One of them is gone.
    return false
  }
}

/** The digest of a file as it is now. */
export const digestOf = (file: string): string => Digest.ofFileSync(file)
