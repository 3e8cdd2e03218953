/** What a store holds and what of it is needed: the mark of a collection. */
import { statSync } from "node:fs"
import { join } from "node:path"
import { FILES } from "../record/RunFolder.ts"
import type { Digest } from "../store/Digest.ts"
import { namesIn } from "../store/list-folder.ts"
import { listObjects } from "../store/list-objects.ts"
import { objectPath } from "../store/object-path.ts"
import type { StoreRootShape } from "../store/StoreRoot.ts"
import { findExpired } from "./find-expired.ts"
import { NamedObjects } from "./NamedObjects.ts"
import { type Decision, decide, type Evictions, type Pinned, type RetentionPolicy } from "./Retention.ts"
import { type RunUse, readRunUses } from "./RunUse.ts"
import { StoredRecords } from "./StoredRecords.ts"
import { TrashCollection } from "./TrashCollection.ts"

export interface Survey {
  readonly records: StoredRecords
  readonly runs: ReadonlyArray<RunUse>
  readonly evictions: Evictions
  readonly decision: Decision
  /** Size in bytes of each object that was there before anything else was looked at. */
  readonly objects: ReadonlyMap<Digest, number>
  readonly isNeeded: (digest: Digest) => boolean
  /** Paths of damaged objects and of checkpoints that are too old. */
  readonly expired: ReadonlyArray<string>
  /** Who needs an object, in words. */
  readonly needersOf: (digest: Digest) => ReadonlyArray<string>
}

export interface SurveyOptions {
  readonly policy: RetentionPolicy
  readonly pinned: Pinned
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Reads all that names objects. Objects that come meanwhile are not seen, and stay. Throws what the disk throws. */
export const survey = (root: StoreRootShape, { policy, pinned, now }: SurveyOptions): Survey => {
  const objects = sizesOf(root.objects)
  const records = new StoredRecords(root.actions)
  const runs = readRunUses(root, records)
  const evictions = evictionsIn(root)
  const decision = decide(policy, { records, runs, evictions, pinned, now })
  const named = new NamedObjects()
  const files = namingFiles(root, decision.keptRuns)
  const needed = new Set<Digest>()
  for (const { objects: ofRecord } of decision.kept.keys()) for (const { digest } of ofRecord) needed.add(digest)
  for (const { file } of files) for (const digest of named.of(file)) needed.add(digest)
  return {
    records,
    runs,
    evictions,
    decision,
    objects,
    isNeeded: (digest) => needed.has(digest),
    expired: findExpired(root, policy, now),
    needersOf: (digest) => [
      ...[...decision.kept].flatMap(([{ task, runId, objects: ofRecord }, keeping]) =>
        ofRecord.some((object) => object.digest === digest) ? [`the result of ${task} in run ${runId}: ${keeping}`] : []
      ),
      ...files.flatMap(({ file, by }) => (named.of(file).has(digest) ? [by] : []))
    ]
  }
}

/** What collections have ended whose trash is not empty. */
const evictionsIn = (root: StoreRootShape): Evictions => {
  const found = new Map<string, Set<string>>()
  for (const { notes } of TrashCollection.before(root)) {
    for (const name of notes.evicted) {
      const witnesses = found.get(name) ?? new Set()
      found.set(name, witnesses)
      for (const witness of notes.witnesses) witnesses.add(witness)
    }
  }
  return found
}

const sizesOf = (folder: string): ReadonlyMap<Digest, number> =>
  new Map(
    listObjects(folder).flatMap((digest) => {
      const look = statSync(objectPath(folder, digest), { throwIfNoEntry: false })
      return look === undefined ? [] : [[digest, look.size] as const]
    })
  )

/** A file that names objects, and what it is. */
interface NamingFile {
  readonly file: string
  readonly by: string
}

/** Plans name the code that ran, for whoever makes a result again or asks where a change was made; memos what is at hand. */
const namingFiles = (root: StoreRootShape, runs: ReadonlySet<RunUse>): ReadonlyArray<NamingFile> => [
  ...[...runs].flatMap(({ folder: { id, path } }) => [
    { file: join(path, FILES.plan), by: `the plan of run ${id}` },
    { file: join(path, FILES.sources), by: `the sources of run ${id}` }
  ]),
  ...filesIn(root.code).map((file) => ({ file, by: "the memo of a stage type's code" })),
  ...filesIn(root.memos, "plan-").map((file) => ({ file, by: "the memo of a plan" }))
]

const filesIn = (folder: string, start = ""): ReadonlyArray<string> =>
  namesIn(folder)
    .filter((name) => name.startsWith(start) && name.endsWith(".json"))
    .map((name) => join(folder, name))
