/** `pipeline cache gc`: removes what the store need not keep; says first what that is, and what needs the rest. */
import { Effect, Option } from "effect"
import { describeBytes } from "../codec/describe.ts"
import { countText, parseDuration, parseSize } from "../document/quantities.ts"
import { type Collected, collectStore, holdCollection, surveyStore } from "../maintain/collect-store.ts"
import type { FileSize } from "../maintain/file-size.ts"
import { forecast } from "../maintain/forecast-collection.ts"
import { pinned } from "../maintain/pins.ts"
import type { Dropping, RetentionPolicy } from "../maintain/Retention.ts"
import type { StoredRecord } from "../maintain/StoredRecords.ts"
import type { Survey } from "../maintain/Survey.ts"
import { Catalogue } from "../record/Catalogue.ts"
import { ActionStore } from "../store/ActionStore.ts"
import { type Digest, isDigestStart } from "../store/Digest.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { existingStore } from "./existing-store.ts"
import { EXIT } from "./exit-status.ts"
import { print, printJson, table } from "./output.ts"
import { catalogueLayer, collectingLayer } from "./services.ts"
import { UsageError } from "./UsageError.ts"

export interface GcChoices {
  readonly apply: boolean
  /** What goes without saying unless `apply` is asked for; not both. */
  readonly dryRun: boolean
  /** Durations and sizes as people write them. */
  readonly olderThan: Option.Option<string>
  readonly unusedFor: Option.Option<string>
  readonly maxSize: Option.Option<string>
  readonly keepLast: Option.Option<number>
  readonly runs: boolean
  /** The start of a digest. */
  readonly why: Option.Option<string>
  readonly json: boolean
}

/** Says what would go, or removes it. */
export const cacheGc = (choices: GcChoices) =>
  Effect.gen(function* () {
    if (choices.apply && choices.dryRun) {
      return yield* new UsageError({ reason: "--apply removes, --dry-run only says what would go: one or the other" })
    }
    const policy = yield* policyOf(choices)
    if (Option.isSome(choices.why)) return yield* Effect.provide(explain(choices.why.value, policy), catalogueLayer)
    if (!choices.apply) return yield* Effect.provide(tell(policy, choices), catalogueLayer)
    return yield* Effect.provide(Effect.scoped(collect(policy, choices)), collectingLayer)
  }).pipe(existingStore)

const policyOf = Effect.fnUntraced(function* ({ olderThan, unusedFor, maxSize, keepLast, runs }: GcChoices) {
  const policy: RetentionPolicy = {
    ...(yield* quantity("olderThan", "--older-than", olderThan, parseDuration, "a duration: 30d, 12h")),
    ...(yield* quantity("unusedFor", "--unused-for", unusedFor, parseDuration, "a duration: 30d, 12h")),
    ...(yield* quantity("maxSize", "--max-size", maxSize, parseSize, "a size: 20GB, 512MiB")),
    ...(Option.isSome(keepLast) ? { keepLast: keepLast.value } : {}),
    runs
  }
  const hasMeasure = [policy.olderThan, policy.unusedFor, policy.keepLast].some((measure) => measure !== undefined)
  if (!runs || hasMeasure) return policy
  return yield* new UsageError({ reason: "--runs says which by --older-than, --unused-for or --keep-last" })
})

/** A field of the policy, where it is asked for. */
const quantity = <Name extends keyof RetentionPolicy>(
  name: Name,
  flag: string,
  text: Option.Option<string>,
  parse: (text: string) => number | undefined,
  form: string
): Effect.Effect<{ readonly [_ in Name]?: number }, UsageError> => {
  if (Option.isNone(text)) return Effect.succeed({})
  const value = parse(text.value)
  return value === undefined
    ? Effect.fail(new UsageError({ reason: `${flag} takes ${form}; "${text.value}" is none` }))
    : Effect.succeed({ [name]: value } as { readonly [_ in Name]?: number })
}

const pins = Effect.gen(function* () {
  return yield* pinned((yield* (yield* Catalogue).read).pins)
})

const tell = Effect.fnUntraced(function* (policy: RetentionPolicy, { json }: GcChoices) {
  const root = yield* StoreRoot
  const found = yield* surveyStore(policy, yield* pins)
  const foreseen = yield* forecast(found)
  if (json) {
    const parts = Object.fromEntries(foreseen.parts)
    printJson({ store: root.path, applied: false, bytes: foreseen.bytes, parts, ...described(found) })
  } else {
    const { bytes } = foreseen
    print(`${root.path}: ${bytes === 0 ? "nothing would go" : `${describeBytes(bytes)} would go; --apply removes it`}`)
    print(listing(found, foreseen.parts))
  }
  return EXIT.success
})

const collect = Effect.fnUntraced(function* (policy: RetentionPolicy, { json }: GcChoices) {
  const root = yield* StoreRoot
  yield* holdCollection
  const collected = yield* collectStore(policy, yield* pins)
  const { freed, survey, waiting, compacted } = collected
  const bytes = freed.bytes + compacted
  if (json) printJson({ store: root.path, applied: true, bytes, waiting, ...described(survey) })
  else {
    print(`${root.path}: ${describeBytes(bytes)} freed`)
    print(listing(survey, []))
    if (waiting.files > 0) print(waitingText(collected))
  }
  return EXIT.success
})

const waitingText = ({ waiting: { files, bytes, processes } }: Collected): string => {
  const lying = `${countText(files, "file")} of ${describeBytes(bytes)} ${files === 1 ? "lies" : "lie"} in the trash`
  const them = files === 1 ? "it" : "them"
  const who = processes === 1 ? "a process is at work that" : `${processes} processes are at work that`
  return processes === 0 ? `${lying}: the next collection removes ${them}` : `${lying}: ${who} may rely on ${them}`
}

/** Why one result goes, and why several do. */
const REASONS: { readonly [_ in Dropping]: readonly [one: string, many: string] } = {
  ended: ["holds no longer and no run refers to", "hold no longer and no run refers to"],
  "dropped before": ["an earlier collection has dropped", "an earlier collection has dropped"],
  "too old": ["is older than --older-than", "are older than --older-than"],
  unused: ["no run has used within --unused-for", "no run has used within --unused-for"],
  "over the size": [
    "was used longest ago, for the rest to fit --max-size",
    "were used longest ago, for the rest to fit --max-size"
  ],
  "not of the last runs": ["none of the last runs has", "none of the last runs has"]
}

/** What goes and what stays, in a few lines. */
const listing = (
  { decision: { kept, dropped } }: Survey,
  parts: ReadonlyArray<readonly [name: string, size: FileSize]>
): string => {
  const rows = parts.flatMap(([name, { files, bytes }]) =>
    files === 0 ? [] : [[`  ${name}`, `${files}`, describeBytes(bytes)]]
  )
  const goes = [...counts(dropped.values())].map(([reason, count]) => {
    const [one, many] = REASONS[reason]
    return count === 1 ? `  1 result goes that ${one}` : `  ${count} results go that ${many}`
  })
  const stays = [...counts(kept.values())].map(([keeping, count]) => `${count} ${keeping}`)
  const rest =
    kept.size === 0
      ? "no result stays"
      : `${countText(kept.size, "result")} ${kept.size === 1 ? "stays" : "stay"}: ${stays.join(", ")}`
  return [...(rows.length === 0 ? [] : [table(rows, new Set([1, 2]))]), ...goes, `  ${rest}`].join("\n")
}

const counts = <A>(values: Iterable<A>): ReadonlyMap<A, number> => {
  const found = new Map<A, number>()
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1)
  return found
}

const described = ({ decision: { kept, dropped, droppedRuns } }: Survey) => ({
  dropped: [...dropped].map(([record, reason]) => ({ ...resultOf(record), reason })),
  droppedRuns: [...droppedRuns].map(({ folder }) => folder.id),
  kept: Object.fromEntries(counts(kept.values()))
})

const resultOf = ({ key, task, stageType, runId, at }: StoredRecord) => ({ key, task, stageType, run: runId, at })

/** Says who needs an object, or the objects of an artifact. */
const explain = Effect.fnUntraced(function* (prefix: string, policy: RetentionPolicy) {
  if (!isDigestStart(prefix)) {
    return yield* new UsageError({ reason: `--why takes a digest, or 8 digits of one and more; "${prefix}" is none` })
  }
  const found = yield* surveyStore(policy, yield* pins)
  const { findArtifacts } = yield* ActionStore
  const parts = findArtifacts(prefix).flatMap(({ files }) => files.map(({ digest }) => digest))
  const meant = new Set<Digest>([...[...found.objects.keys()].filter((digest) => digest.startsWith(prefix)), ...parts])
  if (meant.size === 0) return yield* new UsageError({ reason: `no object and no artifact has the digest ${prefix}` })
  for (const digest of meant) {
    const needers = found.needersOf(digest)
    print(`${digest}  ${describeBytes(found.objects.get(digest) ?? 0)}`)
    print(needers.length === 0 ? "  nothing needs it" : needers.map((needer) => `  ${needer}`).join("\n"))
  }
  return EXIT.success
})
