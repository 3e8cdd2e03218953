/** Looks at everything that a store holds, byte by byte, and says what is not as it was written. Changes nothing. */
import { existsSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { Clock, Effect } from "effect"
import { keyOf } from "../plan/key.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { type ArtifactFile, digestOf } from "../store/Artifact.ts"
import { readLines } from "../store/checked-lines.ts"
import * as Digest from "../store/Digest.ts"
import { attempt, attemptSync } from "../store/durable.ts"
import { namesIn } from "../store/list-folder.ts"
import { listObjects } from "../store/list-objects.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { segmentLengths } from "../store/segment-lengths.ts"
import { compareIndex } from "./compare-index.ts"
import { type Damage, damage } from "./Damage.ts"
import { findAbandoned } from "./find-temporaries.ts"
import { type StoreLook, verifyRuns } from "./verify-runs.ts"
import { verifyViews } from "./verify-views.ts"

export interface StoreReport {
  readonly objects: number
  /** Size of all objects together. */
  readonly bytes: number
  readonly records: number
  /** Half-written files of processes that were killed, and what lies in the quarantine: no damage to anything. */
  readonly leftovers: number
  readonly quarantined: number
  readonly damages: ReadonlyArray<Damage>
}

/** Verifies objects, records that hold, the lines of the segments, runs, and what can be made anew. */
export const verifyStore = Effect.fn("verifyStore")(function* () {
  const root = yield* StoreRoot
  const { records, wrong } = yield* compareIndex()
  const content = yield* verifyObjects(records)
  const now = yield* Clock.currentTimeMillis
  const { find } = yield* ActionStore
  const { pathOf } = yield* ObjectStore
  const look: StoreLook = {
    holds: (key) => find(key) !== undefined,
    hasObject: (digest) => existsSync(pathOf(digest))
  }
  return {
    ...content,
    records: records.length,
    leftovers: (yield* attemptSync("list", root.path, () => findAbandoned(root, now))).length,
    quarantined: namesIn(root.quarantine).length,
    damages: [
      ...content.damages,
      ...records.flatMap(damageOf),
      ...(yield* attemptSync("read", root.actions, () => damagedSegments(root.actions))),
      ...(yield* attemptSync("read", root.runs, () => verifyRuns(root.runs, look))),
      ...(wrong === 0 ? [] : [damage("index", "index.sqlite", `it is wrong about ${wrong} of the records`)]),
      ...(yield* attempt("read", root.path, () => verifyViews(root)))
    ]
  } satisfies StoreReport
})

const verifyObjects = Effect.fnUntraced(function* (records: ReadonlyArray<ActionRecord>) {
  const actions = yield* ActionStore
  const objects = yield* ObjectStore
  const root = yield* StoreRoot
  const users = usersOf(records)
  const damages: Array<Damage> = []
  let [count, bytes] = [0, 0]
  for (const digest of yield* attemptSync("list", root.objects, () => listObjects(root.objects))) {
    const path = objects.pathOf(digest)
    const size = statSync(path, { throwIfNoEntry: false })?.size
    // A collection may have taken it since it was listed.
    if (size === undefined) continue
    const found = yield* attempt("read", path, () => Digest.ofFile(path))
    count++
    bytes += size
    if (found === digest) continue
    damages.push({ what: "object", name: digest, problem: "its bytes have changed", results: users.get(digest) ?? [] })
  }
  const lost = [...users.keys()].filter((digest) => !existsSync(objects.pathOf(digest)))
  if (lost.length > 0) yield* actions.refresh
  // Nor is anything lost with a record that has been ended since.
  const needed = lost.length > 0 ? usersOf(records.filter(({ key }) => actions.find(key) !== undefined)) : users
  for (const digest of lost) {
    const results = needed.get(digest)
    if (results !== undefined) damages.push({ what: "object", name: digest, problem: "it is missing", results })
  }
  return { objects: count, bytes, damages }
})

/** The results that have a file in an object, by its digest. */
const usersOf = (records: ReadonlyArray<ActionRecord>): ReadonlyMap<Digest.Digest, ReadonlyArray<string>> => {
  const users = new Map<Digest.Digest, Array<string>>()
  for (const { task, outputs } of records) {
    for (const [port, { files }] of Object.entries(outputs)) {
      for (const { digest, inline } of files) {
        if (inline !== undefined) continue
        const found = users.get(digest)
        if (found === undefined) users.set(digest, [`${task}.${port}`])
        else found.push(`${task}.${port}`)
      }
    }
  }
  return users
}

/** A record that does not have the key of its parts, or an artifact the digest of its files. */
const damageOf = ({ key, parts, task, outputs }: ActionRecord): ReadonlyArray<Damage> => {
  const broken = (problem: string): ReadonlyArray<Damage> => [{ what: "record", name: key, problem, results: [task] }]
  if (keyOf(parts) !== key) return broken("its key is not that of its parts")
  for (const [port, { kind, digest, files }] of Object.entries(outputs)) {
    const changed = files.find((file) => !isWhole(file))
    if (changed !== undefined) return broken(`the content of ${port} (${changed.path}) has changed`)
    if (digestOf(kind, files) !== digest) return broken(`the digest of ${port} is not that of its files`)
  }
  return []
}

const isWhole = ({ digest, inline }: ArtifactFile): boolean =>
  inline === undefined || Digest.ofBytes(Buffer.from(inline, "base64")) === digest

const damagedSegments = (folder: string): ReadonlyArray<Damage> =>
  Object.keys(segmentLengths(folder))
    .sort()
    .flatMap((name): ReadonlyArray<Damage> => {
      const { damaged } = readLines(readFileSync(join(folder, name)))
      const lines = damaged === 1 ? "a line has" : `${damaged} lines have`
      return damaged === 0 ? [] : [damage("segment", name, `${lines} changed: its record is lost`)]
    })
