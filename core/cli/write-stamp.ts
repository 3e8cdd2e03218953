/** Writes the stamp of a reports folder. */
import { join } from "node:path"
import { Effect } from "effect"
import { REPORT_FILES } from "../document/report-files.ts"
import { writeDurably } from "../store/durable.ts"
import { digestOf, isWhole, readStamp, type Stamp } from "./report-stamp.ts"

/** Writes the stamp of files that are there now. */
export const writeStamp = (folder: string, paths: ReadonlyArray<string>, told: Omit<Stamp, "files">) =>
  Effect.suspend(() => {
    const files = Object.fromEntries(paths.map((path) => [path, digestOf(join(folder, path))]))
    return writeDurably(join(folder, REPORT_FILES.stamp), JSON.stringify({ ...told, files } satisfies Stamp))
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
    // What that run's page has of its own is no copy of what the stamp was written for.
    const artifacts = Object.fromEntries(
      Object.entries(before?.artifacts ?? {}).filter(([path]) => !paths.includes(path))
    )
    return writeStamp(folder, [...all], { shown: "", artifacts, met: 0, expected: 0 })
  })
