/** What is known of the content of a port while some of it has yet to be made. */
import type { InputPart } from "../store/ActionRecord.ts"
import type { Digest } from "../store/Digest.ts"
import { type ArrivingItem, countsText, fanInChanges, isUnchanged } from "./fan-in-change.ts"
import type { Origin, PlanInput } from "./Plan.ts"

export type ArrivingPart =
  | { readonly _tag: "One"; readonly digest: Digest | undefined }
  | { readonly _tag: "Many"; readonly items: ReadonlyArray<ArrivingItem> }

/** `digestOf` gives the content of what is there. */
export const arrivingPart = (input: PlanInput, digestOf: (origin: Origin) => Digest | undefined): ArrivingPart =>
  input._tag === "One"
    ? { _tag: "One", digest: digestOf(input.origin) }
    : { _tag: "Many", items: input.items.map(({ matrix, origin }) => ({ matrix, digest: digestOf(origin) })) }

/** How a port differs from an earlier one, whatever is yet to be made; `undefined` where it may come out as it was. */
export const certainChange = (before: InputPart, now: ArrivingPart): string | undefined => {
  if (before._tag === "One" || now._tag === "One") {
    const mayBeSame = before._tag === now._tag && now._tag === "One" && (now.digest ?? before.digest) === before.digest
    return mayBeSame ? undefined : "changed"
  }
  const changes = fanInChanges(before, now)
  return isUnchanged(changes) ? undefined : countsText(changes)
}
