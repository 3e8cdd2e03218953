/** Records in an order in which each follows those that made its inputs. */
import type { ActionRecord } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"

export const upstreamFirst = (records: ReadonlyArray<ActionRecord>): ReadonlyArray<ActionRecord> => {
  const makers = new Map<Digest, Array<ActionRecord>>()
  for (const record of records) {
    for (const { digest } of Object.values(record.outputs)) {
      makers.set(digest, [...(makers.get(digest) ?? []), record])
    }
  }
  // A set keeps the order in which it was filled.
  const ordered = new Set<ActionRecord>()
  const met = new Set<ActionRecord>()
  // A stack of its own: a chain may be as long as a study.
  const open = records.toReversed()
  for (let record = open.at(-1); record !== undefined; record = open.at(-1)) {
    const before = met.has(record) ? [] : inputsOf(record).flatMap((digest) => makers.get(digest) ?? [])
    met.add(record)
    const unmet = before.filter((maker) => !met.has(maker))
    if (unmet.length > 0) open.push(...unmet)
    else {
      ordered.add(record)
      open.pop()
    }
  }
  return [...ordered]
}

const inputsOf = ({ parts }: ActionRecord): ReadonlyArray<Digest> =>
  Object.values(parts.inputs).flatMap((part) =>
    part._tag === "One" ? [part.digest] : part.items.map(({ digest }) => digest)
  )
