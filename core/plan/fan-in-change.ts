/** Which items of a fan-in are others than before. */
import { canonicalText, type Digest } from "../store/Digest.ts"
import type { JsonMap } from "./Plan.ts"

/** An item now; its content is `undefined` while the task that makes it has yet to run. */
export interface ArrivingItem {
  readonly matrix: JsonMap
  readonly digest: Digest | undefined
}

/** An item as it was. */
export interface EarlierItem extends ArrivingItem {
  readonly digest: Digest
}

/** Items by their indices: new ones among those of now, gone ones among those of before, of the changed ones both. */
export interface ItemChanges {
  readonly added: ReadonlyArray<number>
  readonly changed: ReadonlyArray<readonly [before: number, now: number]>
  readonly gone: ReadonlyArray<number>
}

/**
 * Items of equal matrix values are the same item. Several stages may feed one port with the same values, or with none: these are
 * told apart by their content. What is not known yet is taken to be as before.
 */
export const itemChanges = (before: ReadonlyArray<EarlierItem>, now: ReadonlyArray<ArrivingItem>): ItemChanges => {
  const [old, arriving] = [byMatrix(before), byMatrix(now)]
  const [added, changed, gone] = [[] as number[], [] as (readonly [number, number])[], [] as number[]]
  for (const matrix of new Set([...old.keys(), ...arriving.keys()])) {
    const { lost, others } = unmatched(old.get(matrix) ?? [], arriving.get(matrix) ?? [])
    const count = Math.min(lost.length, others.length)
    for (let at = 0; at < count; at++) changed.push([lost[at]!, others[at]!])
    gone.push(...lost.slice(count))
    added.push(...others.slice(count))
  }
  return { added, changed, gone }
}

/** A fan-in as it was; its digest is that of its items in their order. */
interface EarlierFanIn {
  readonly digest: Digest
  readonly items: ReadonlyArray<EarlierItem>
}

/** By the items of now, which thousands of tasks may share, and the digest of those of before. */
const known = new WeakMap<ReadonlyArray<ArrivingItem>, Map<Digest, ItemChanges>>()

/** The same, worked out once for all tasks that share what arrives. */
export const fanInChanges = (
  before: EarlierFanIn,
  { items }: { readonly items: ReadonlyArray<ArrivingItem> }
): ItemChanges => {
  const answers = known.get(items) ?? new Map<Digest, ItemChanges>()
  known.set(items, answers)
  const changes = answers.get(before.digest) ?? itemChanges(before.items, items)
  answers.set(before.digest, changes)
  return changes
}

/** Whether all are there, in whatever order. */
export const isUnchanged = ({ added, changed, gone }: ItemChanges): boolean =>
  added.length + changed.length + gone.length === 0

/** `has 2 new, 1 changed`. */
export const countsText = ({ added, changed, gone }: ItemChanges): string => {
  const counts = { new: added.length, changed: changed.length, gone: gone.length }
  const parts = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]))
  return parts.length === 0 ? "changed in order" : `has ${parts.join(", ")}`
}

interface Indexed {
  readonly index: number
  readonly digest: Digest | undefined
}

const byMatrix = (items: ReadonlyArray<ArrivingItem>): ReadonlyMap<string, ReadonlyArray<Indexed>> =>
  Map.groupBy(
    items.map(({ matrix, digest }, index) => ({ text: canonicalText(matrix), index, digest })),
    ({ text }) => text
  )

/** Of items with equal matrix values those whose content the other side does not have, as often as it does not. */
const unmatched = (were: ReadonlyArray<Indexed>, are: ReadonlyArray<Indexed>) => {
  const lost = [...were]
  const take = (index: number): boolean => index >= 0 && lost.splice(index, 1).length > 0
  const known = are.filter(({ digest }) => digest !== undefined)
  const others = known.filter(({ digest }) => !take(lost.findIndex((one) => one.digest === digest)))
  const open = are.filter(({ digest }) => digest === undefined).filter(() => !take(lost.length - 1))
  return { lost: indices(lost), others: indices([...others, ...open]) }
}

const indices = (items: ReadonlyArray<Indexed>): ReadonlyArray<number> => items.map(({ index }) => index)
