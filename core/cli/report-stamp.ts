/**
 * Remembers what the files in a reports folder show and hold, so that they are written again when either has changed, and
 * removed when a later page has them no more.
 */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import type { PastRun } from "../record/RunHistory.ts"
import * as Digest from "../store/Digest.ts"
import { writeDurably } from "../store/durable.ts"

const STAMP_FILE = ".report.json"

export interface Stamp {
  /** Digest of what the page shows; empty when something that belongs to it is missing. */
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
    form: 3,
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

/** The stamp of a folder; `undefined` when it has none. */
export const readStamp = (folder: string): Stamp | undefined => {
  try {
    const file = join(folder, STAMP_FILE)
    if (!existsSync(file)) return undefined
    const stamp: Partial<Stamp> | null = JSON.parse(readFileSync(file, "utf8"))
    return typeof stamp?.files === "object" && stamp.files !== null ? (stamp as Stamp) : undefined
  } catch {
    // Unreadable: all is written again, and nothing is known to be ours to remove.
    return undefined
  }
}

/** Whether the files of a stamp are as they were written. */
export const isWhole = (folder: string, { files }: Pick<Stamp, "files">): boolean => {
  try {
    return Object.entries(files).every(([path, digest]) => digestOf(join(folder, path)) === digest)
  } catch {
    // One of them is gone.
    return false
  }
}

/** Writes the stamp of files that are there now. */
export const writeStamp = (folder: string, paths: ReadonlyArray<string>, told: Omit<Stamp, "files">) =>
  Effect.suspend(() => {
    const files = Object.fromEntries(paths.map((path) => [path, digestOf(join(folder, path))]))
    return writeDurably(join(folder, STAMP_FILE), JSON.stringify({ ...told, files } satisfies Stamp))
  })

/** Adds what the page of any run left to the stamp: the next run's page takes its place, and its files go with it. */
export const noteWritten = (folder: string, paths: ReadonlyArray<string>) =>
  Effect.suspend(() => {
    const before = readStamp(folder)
    const isKnown = before !== undefined && paths.every((path) => Object.hasOwn(before.files, path))
    if (isKnown && isWhole(folder, before)) return Effect.void
    const unchanged = Object.entries(before?.files ?? {}).filter(([path, digest]) =>
      isWhole(folder, { files: { [path]: digest } })
    )
    const all = new Set([...unchanged.map(([path]) => path), ...paths])
    return writeStamp(folder, [...all], { shown: "", met: 0, expected: 0 })
  })

/** The digest of a file as it is now. */
export const digestOf = (file: string): string => Digest.ofBytes(readFileSync(file))
