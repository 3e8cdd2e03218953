/** Whether a task that waits for others could be cached, whatever those will give. */
import { type ArrivingPart, certainChange } from "../plan/arriving.ts"
import type { ActionRecord, KeyParts } from "../store/ActionRecord.ts"
import { canonicalText } from "../store/Digest.ts"

/** Records of a stage type that are looked at. Where there are more, nothing is certain. */
const MAX_RECORDS = 20_000

/** Records of equal parts, but for their inputs, that are compared one by one. */
const MAX_COMPARED = 64

/** Ports whose content is not known yet, or only in part. */
export interface OpenPorts {
  readonly [port: string]: ArrivingPart
}

/** Of records that are alike but for what arrives at their ports: that. */
type Group = Array<KeyParts["inputs"]>

/** The results of a store, by what is known of a key before all inputs are: read once for each stage type. */
export class KnownResults {
  private readonly history: (stageType: string, limit: number) => ReadonlyArray<ActionRecord>
  private readonly byType = new Map<string, ReadonlyMap<string, Group> | "too many">()

  /** `history` gives records that hold. */
  constructor(history: (stageType: string, limit: number) => ReadonlyArray<ActionRecord>) {
    this.history = history
  }

  /**
   * Whether some record has these parts; `parts.inputs` are the ports whose content is known, `open` the others.
   *
   * Sure of a no alone: where it would take too long to be sure, the answer is yes.
   */
  mayHold(parts: KeyParts, open: OpenPorts): boolean {
    const groups = this.groupsOf(parts.stageType)
    if (groups === "too many") return true
    if (groups.size === 0) return false
    const group = groups.get(textOf(parts, [...Object.keys(parts.inputs), ...Object.keys(open)])) ?? []
    return (
      group.length > MAX_COMPARED || group.some((inputs) => hasAll(inputs, parts.inputs) && mayBecome(inputs, open))
    )
  }

  private groupsOf(stageType: string): ReadonlyMap<string, Group> | "too many" {
    const known = this.byType.get(stageType)
    if (known !== undefined) return known
    const records = this.history(stageType, MAX_RECORDS)
    const groups = records.length < MAX_RECORDS ? grouped(records) : "too many"
    this.byType.set(stageType, groups)
    return groups
  }
}

/** The records themselves, of which there may be many, are not kept. */
const grouped = (records: ReadonlyArray<ActionRecord>): ReadonlyMap<string, Group> => {
  const groups = new Map<string, Group>()
  for (const { parts } of records) {
    const text = textOf(parts, Object.keys(parts.inputs))
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [parts.inputs])
    else group.push(parts.inputs)
  }
  return groups
}

/** Everything in a key but what arrives at its ports. */
const textOf = (parts: KeyParts, ports: ReadonlyArray<string>): string =>
  canonicalText({ ...parts, inputs: ports.toSorted() })

const hasAll = (inputs: KeyParts["inputs"], wanted: KeyParts["inputs"]): boolean =>
  Object.entries(wanted).every(([port, { digest }]) => inputs[port]?.digest === digest)

/** Whether what is not known yet may come out as these inputs are. */
const mayBecome = (inputs: KeyParts["inputs"], open: OpenPorts): boolean =>
  Object.entries(open).every(([port, arriving]) => {
    const before = inputs[port]
    return before !== undefined && certainChange(before, arriving) === undefined
  })
