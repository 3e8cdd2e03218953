/** Records in an order in which each follows those that made its inputs. */
import { type ActionRecord, digestsIn } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"

export const upstreamFirst = (records: ReadonlyArray<ActionRecord>): ReadonlyArray<ActionRecord> => {
  const makers = makersOf(records)
  // A set keeps the order in which it was filled.
  const ordered = new Set<ActionRecord>()
  const met = new Set<ActionRecord>()
  /** A maker of one of these that nobody has met, leaving out what there is none of: each is asked for once, whoever reads it. */
  const nextMaker = (inputs: Array<Digest>): ActionRecord | undefined => {
    for (let input = inputs.at(-1); input !== undefined; input = inputs.at(-1)) {
      for (let maker = makers.get(input)?.pop(); maker !== undefined; maker = makers.get(input)?.pop()) {
        if (!met.has(maker)) return maker
      }
      inputs.pop()
    }
    return undefined
  }
  const visit = (first: ActionRecord): void => {
    // A stack of its own: a chain may be as long as a study.
    const open = [opened(first)]
    met.add(first)
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const maker = nextMaker(last.inputs)
      if (maker === undefined) {
        ordered.add(last.record)
        open.pop()
      } else {
        met.add(maker)
        open.push(opened(maker))
      }
    }
  }
  for (const record of records) if (!met.has(record)) visit(record)
  return [...ordered]
}

/** The records with an output of each digest. */
const makersOf = (records: ReadonlyArray<ActionRecord>): ReadonlyMap<Digest, Array<ActionRecord>> => {
  const makers = new Map<Digest, Array<ActionRecord>>()
  for (const record of records) {
    for (const { digest } of Object.values(record.outputs)) {
      const found = makers.get(digest)
      if (found === undefined) makers.set(digest, [record])
      else found.push(record)
    }
  }
  return makers
}

/** A record, and those of its inputs whose makers have not all been met. */
const opened = (record: ActionRecord) => ({ record, inputs: inputsOf(record) })

const inputsOf = ({ parts }: ActionRecord): Array<Digest> => Object.values(parts.inputs).flatMap(digestsIn)
