/** Remembers what the files in a reports folder show and hold, so that they are written again when either has changed. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { PastRun } from "../record/RunHistory.ts"
import * as Digest from "../store/Digest.ts"
import { writeDurably } from "../store/durable.ts"

const STAMP_FILE = ".report.json"

export interface Stamp {
  /** Digest of what the page shows. */
  readonly shown: string
  /** Digest of each file, by its path in the folder. */
  readonly files: { readonly [path: string]: string }
  readonly met: number
  readonly expected: number
}

/** A digest of everything that the page of a run shows, but when and by which run it was computed. */
export const shownBy = ({ plan, state }: PastRun): string => {
  const { name, file, description, paper, profile, params, stages, tasks, sources, outputs, figures } = plan
  const shown = {
    form: 2,
    ...{ name, file, description, paper, profile, params, tasks, outputs, figures },
    stages: stages.map(({ span: _, code, ...stage }) => [stage, code.identity]),
    sources: sources.map(({ span: _, ...source }) => source),
    expectations: plan.expectations.map(({ expected: { span: _, metric, profiles: __, ...expected }, ...bound }) => [
      bound,
      metric.value,
      expected
    ]),
    results: tasks.map(({ id }) => {
      const task = state.tasks.get(id)
      return [task?.key, task?.outputs, task?.metrics]
    }),
    environment: state.started?.environment
  }
  return Digest.ofBytes(Buffer.from(JSON.stringify(shown)))
}

/** The stamp of a folder whose files are as they were written; `undefined` when any of them is not. */
export const readStamp = (folder: string): Stamp | undefined => {
  try {
    const file = join(folder, STAMP_FILE)
    if (!existsSync(file)) return undefined
    const stamp: Stamp = JSON.parse(readFileSync(file, "utf8"))
    const isWhole = Object.entries(stamp.files).every(([path, digest]) => digestOf(join(folder, path)) === digest)
    return isWhole ? stamp : undefined
  } catch {
    // Of an older form, or unreadable, or one of its files is gone: all are written again.
    return undefined
  }
}

/** Writes the stamp of files that are there now. */
export const writeStamp = (folder: string, paths: ReadonlyArray<string>, told: Omit<Stamp, "files">) =>
  Effect.suspend(() => {
    const files = Object.fromEntries(paths.map((path) => [path, digestOf(join(folder, path))]))
    return writeDurably(join(folder, STAMP_FILE), JSON.stringify({ ...told, files } satisfies Stamp))
  })

const digestOf = (file: string): string => Digest.ofBytes(readFileSync(file))
