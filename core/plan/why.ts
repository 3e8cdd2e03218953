/** Why a key differs from an earlier one, part by part, in a person's words. */
import type { Json } from "../stage/ArtifactKind.ts"
import type { CodeParts, InputPart, KeyParts } from "../store/ActionRecord.ts"
import { canonicalText } from "../store/Digest.ts"

/** One part of the key that differs. */
export interface Difference {
  readonly part: "stage type" | "code" | "param" | "input" | "output" | "device" | "environment" | "key format"
  /** The param, port, declaration or package; empty where the part has only one. */
  readonly name: string
  /** As text for a person; `undefined` when it was not there. */
  readonly before: string | undefined
  readonly after: string | undefined
}

/** A key's parts with what explains its code. */
export interface Explained {
  readonly parts: KeyParts
  readonly codeParts: CodeParts
}

/** Every part that differs, code first; empty when the keys are equal. */
export const differences = (before: Explained, after: Explained): ReadonlyArray<Difference> => [
  ...difference("key format", "", String(before.parts.format), String(after.parts.format)),
  ...difference("stage type", "", before.parts.stageType, after.parts.stageType),
  ...codeDifferences(before, after),
  ...mapDifferences("param", before.parts.params, after.parts.params, shortText),
  ...inputDifferences(before.parts.inputs, after.parts.inputs),
  ...mapDifferences("output", before.parts.outputs, after.parts.outputs, (text) => text),
  ...difference("device", "", before.parts.device, after.parts.device),
  ...mapDifferences("environment", before.parts.environment, after.parts.environment, (text) => text)
]

/** One phrase: `param width 500→512`, `code of ntk/empirical: jacobianBlock changed`, `input points changed`. */
export const phrase = (difference: Difference, stageType: string): string => {
  const { part, name, before, after } = difference
  if (part === "code") {
    const what = before === undefined ? "is new" : after === undefined ? "is gone" : "changed"
    return name === "" ? `code of ${stageType} changed` : `code of ${stageType}: ${name} ${what}`
  }
  const title = name === "" ? part : `${part} ${name}`
  if (before === undefined) return `${title} is new${part === "input" ? "" : `: ${after}`}`
  if (after === undefined) return `${title} is gone`
  return part === "input" ? `${title} ${after}` : `${title} ${before}→${after}`
}

/** Of several earlier results the one that differs least: what a person would call the previous version. */
export const closest = <A extends Explained>(now: Explained, earlier: ReadonlyArray<A>): A | undefined => {
  let best: { readonly result: A; readonly count: number } | undefined
  for (const result of earlier) {
    const count = differences(result, now).length
    if (best === undefined || count < best.count) best = { result, count }
  }
  return best?.result
}

const difference = (
  part: Difference["part"],
  name: string,
  before: string | undefined,
  after: string | undefined
): ReadonlyArray<Difference> => (before === after ? [] : [{ part, name, before, after }])

const mapDifferences = <A>(
  part: Difference["part"],
  before: { readonly [name: string]: A },
  after: { readonly [name: string]: A },
  show: (value: A) => string
): ReadonlyArray<Difference> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [old, now] = [before[name], after[name]]
    return difference(part, name, old === undefined ? undefined : show(old), now === undefined ? undefined : show(now))
  })

const codeDifferences = (before: Explained, after: Explained): ReadonlyArray<Difference> => {
  if (before.parts.code === after.parts.code) return []
  const named = [
    ...mapDifferences("code", before.codeParts.declarations, after.codeParts.declarations, (digest) => digest),
    ...mapDifferences("code", before.codeParts.packages, after.codeParts.packages, (integrity) => integrity)
  ]
  return named.length > 0 ? named : difference("code", "", before.parts.code, after.parts.code)
}

const inputDifferences = (before: KeyParts["inputs"], after: KeyParts["inputs"]): ReadonlyArray<Difference> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [old, now] = [before[name], after[name]]
    if (old?.digest === now?.digest) return []
    return [{ part: "input" as const, name, before: old?.digest, after: now && describeChange(old, now) }]
  })

/** What happened to an input: for a fan-in, how many items are new, changed or gone. */
const describeChange = (before: InputPart | undefined, after: InputPart): string => {
  if (before?._tag !== "Many" || after._tag !== "Many") return "changed"
  const [old, now] = [byMatrix(before.items), byMatrix(after.items)]
  const counts = { new: 0, changed: 0, gone: 0 }
  for (const matrix of new Set([...old.keys(), ...now.keys()])) {
    const [were, are] = [old.get(matrix) ?? [], now.get(matrix) ?? []]
    const [lost, added] = [without(were, are).length, without(are, were).length]
    const changed = Math.min(lost, added)
    counts.new += added - changed
    counts.changed += changed
    counts.gone += lost - changed
  }
  const parts = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]))
  return parts.length === 0 ? "changed in order" : `has ${parts.join(", ")}`
}

type Items = Extract<InputPart, { readonly _tag: "Many" }>["items"]

/** Several stages may feed one port with the same matrix values, or with none. */
const byMatrix = (items: Items): ReadonlyMap<string, Items> => Map.groupBy(items, ({ matrix }) => canonicalText(matrix))

/** The items whose digests others lack, as often as they lack them. */
const without = (items: Items, others: Items): Items => {
  const left = others.map(({ digest }) => digest)
  return items.filter(({ digest }) => {
    const index = left.indexOf(digest)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}

const shortText = (value: Json): string => {
  const text = canonicalText(value)
  return text.length <= 40 ? text : `${text.slice(0, 37)}…`
}
