/** `pipeline cache pin`, `unpin` and `pins`: names for runs and artifacts that no collection touches. */
import { Effect } from "effect"
import { holdCollection } from "../maintain/collect-store.ts"
import { Catalogue } from "../record/Catalogue.ts"
import type { CatalogueData } from "../record/catalogue-file.ts"
import { RunHistory } from "../record/RunHistory.ts"
import { isDigest, isDigestStart } from "../store/Digest.ts"
import { existingStore } from "./existing-store.ts"
import { EXIT } from "./exit-status.ts"
import { findArtifact } from "./find-artifact.ts"
import { print, printError, printJson, table } from "./output.ts"
import { catalogueLayer, collectingLayer } from "./services.ts"
import { UsageError } from "./UsageError.ts"

const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/u

export interface PinChoices {
  readonly name: string
  readonly reference: string
  /** The name may mean something else already. */
  readonly force: boolean
}

/** Gives a run or an artifact a name, under which it stays; one that means something else is taken only by force. */
export const pin = ({ name, reference, force }: PinChoices) =>
  Effect.gen(function* () {
    if (!NAME.test(name)) {
      const reason = `"${name}" cannot be the name of a pin: letters, digits, and . _ - after the first one; 64 at most`
      return yield* new UsageError({ reason })
    }
    // What is looked up here must not be on its way out.
    yield* holdCollection
    const meant = yield* meaningOf(reference)
    const { read, update } = yield* Catalogue
    const before = pinOf((yield* read).pins, name)
    const isOther = before !== undefined && before !== meant
    if (isOther && !force) {
      const reason = `the pin "${name}" is there already and keeps ${described(before)}; --force has it keep ${described(meant)} instead`
      return yield* new UsageError({ reason })
    }
    yield* update((data) => ({ ...data, pins: { ...data.pins, [name]: meant } }))
    print(`${name}  ${kindOf(meant)}  ${meant}`)
    if (isOther) printError(`it kept ${described(before)}, which nothing pins under this name any more`)
    return EXIT.success
  }).pipe(Effect.scoped, Effect.provide(collectingLayer), existingStore)

/** What a pin keeps; `undefined` where there is none of the name. */
const pinOf = (pins: CatalogueData["pins"], name: string): string | undefined =>
  Object.hasOwn(pins, name) ? pins[name] : undefined

/** A run's own id or an artifact's digest: `latest` means something else tomorrow. */
const meaningOf = Effect.fnUntraced(function* (reference: string) {
  if (isDigestStart(reference) || reference.includes(":")) {
    return (yield* findArtifact(reference)).artifact.digest
  }
  return (yield* (yield* RunHistory).resolve(reference)).id
})

/** Takes a name away; what it named stays until a collection finds that nothing else needs it. */
export const unpin = ({ name }: { readonly name: string }) =>
  Effect.gen(function* () {
    const { read, update } = yield* Catalogue
    const { pins } = yield* read
    if (pinOf(pins, name) === undefined) {
      const known = Object.keys(pins)
      const hint = known.length === 0 ? "nothing is pinned" : `there are ${known.join(", ")}`
      return yield* new UsageError({ reason: `no pin has the name "${name}": ${hint}` })
    }
    yield* update((data) => ({ ...data, pins: without(data.pins, name) }))
    return EXIT.success
  }).pipe(Effect.provide(collectingLayer), existingStore)

const without = (pins: CatalogueData["pins"], name: string): CatalogueData["pins"] =>
  Object.fromEntries(Object.entries(pins).filter(([other]) => other !== name))

/** Lists what is pinned. */
export const pins = ({ json }: { readonly json: boolean }) =>
  Effect.gen(function* () {
    const { pins: named } = yield* (yield* Catalogue).read
    const listed = Object.entries(named).map(([name, meant]) => ({ name, kind: kindOf(meant), meant }))
    if (json) printJson(listed)
    else print(listed.length === 0 ? "nothing is pinned" : table(listed.map((one) => Object.values(one))))
    return EXIT.success
  }).pipe(Effect.provide(catalogueLayer), existingStore)

const kindOf = (meant: string): "artifact" | "run" => (isDigest(meant) ? "artifact" : "run")

const described = (meant: string): string => `${kindOf(meant)} ${meant}`
