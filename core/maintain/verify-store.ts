/** Looks at everything that a store holds, byte by byte, and says what is not as it was written. Changes nothing. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { keyOf } from "../plan/key.ts"
import type { ActionRecord } from "../store/ActionRecord.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { type ArtifactFile, digestOf } from "../store/Artifact.ts"
import { readLines } from "../store/checked-lines.ts"
import * as Digest from "../store/Digest.ts"
import { attempt, attemptSync } from "../store/durable.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import { StoreRoot } from "../store/StoreRoot.ts"

/** Something that is not as it was written. */
export interface Damage {
  readonly what: "object" | "record" | "segment"
  /** Digest, key or file name. */
  readonly name: string
  readonly problem: string
  /** Results that rest on it: `task.port`, or a task. */
  readonly results: ReadonlyArray<string>
}

export interface StoreReport {
  readonly objects: number
  /** Size of all objects together. */
  readonly bytes: number
  readonly records: number
  readonly damages: ReadonlyArray<Damage>
}

/** Verifies objects, records that hold, and the lines of the segments. */
export const verifyStore = Effect.fn("verifyStore")(function* () {
  const actions = yield* ActionStore
  const objects = yield* ObjectStore
  const root = yield* StoreRoot
  const records = actions.holding()
  const users = usersOf(records)
  const damages: Array<Damage> = []
  let [count, bytes] = [0, 0]
  for (const digest of yield* attemptSync("list", root.objects, () => listObjects(root.objects))) {
    const path = objects.pathOf(digest)
    const found = yield* attempt("read", path, () => Digest.ofFile(path))
    count++
    bytes += yield* attemptSync("read", path, () => statSync(path).size)
    if (found === digest) continue
    damages.push({ what: "object", name: digest, problem: "its bytes have changed", results: users.get(digest) ?? [] })
  }
  for (const [digest, results] of users) {
    if (existsSync(objects.pathOf(digest as Digest.Digest))) continue
    damages.push({ what: "object", name: digest, problem: "it is missing", results })
  }
  damages.push(...records.flatMap(damageOf))
  damages.push(...(yield* attemptSync("read", root.actions, () => damagedSegments(root.actions))))
  return { objects: count, bytes, records: records.length, damages } satisfies StoreReport
})

/** The results that have a file in an object, by its digest. */
const usersOf = (records: ReadonlyArray<ActionRecord>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const users = new Map<string, Array<string>>()
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

/** Digests of all objects, in order; names that are none belong to files that were being written. */
const listObjects = (folder: string): ReadonlyArray<Digest.Digest> =>
  (existsSync(folder) ? readdirSync(folder).sort() : []).flatMap((start) =>
    /^[0-9a-f]{2}$/u.test(start)
      ? readdirSync(join(folder, start))
          .filter((rest) => /^[0-9a-f]{62}$/u.test(rest))
          .sort()
          .map((rest) => `${start}${rest}` as Digest.Digest)
      : []
  )

/** A record that does not have the key of its parts, or an artifact the digest of its files. */
const damageOf = ({ key, parts, task, outputs }: ActionRecord): ReadonlyArray<Damage> => {
  const damage = (problem: string): ReadonlyArray<Damage> => [{ what: "record", name: key, problem, results: [task] }]
  if (keyOf(parts) !== key) return damage("its key is not that of its parts")
  for (const [port, { kind, digest, files }] of Object.entries(outputs)) {
    const broken = files.find((file) => !isWhole(file))
    if (broken !== undefined) return damage(`the content of ${port} (${broken.path}) has changed`)
    if (digestOf(kind, files) !== digest) return damage(`the digest of ${port} is not that of its files`)
  }
  return []
}

const isWhole = ({ digest, inline }: ArtifactFile): boolean =>
  inline === undefined || Digest.ofBytes(Buffer.from(inline, "base64")) === digest

const damagedSegments = (folder: string): ReadonlyArray<Damage> =>
  (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => name.endsWith(".log"))
    .sort()
    .flatMap((name): ReadonlyArray<Damage> => {
      const { damaged } = readLines(readFileSync(join(folder, name)))
      const lines = damaged === 1 ? "a line has" : `${damaged} lines have`
      return damaged === 0
        ? []
        : [{ what: "segment", name, problem: `${lines} changed: its record is lost`, results: [] }]
    })
