/** The entities of a crate, each once, in the order in which they came. */
import type { Json } from "../stage/ArtifactKind.ts"

/** A reference to an entity. */
export type Reference = { readonly "@id": string }

/** A node of a flattened JSON-LD graph. */
export interface Entity {
  readonly "@id": string
  readonly "@type": string | ReadonlyArray<string>
  readonly [property: string]: Json
}

export const referTo = (id: string): Reference => ({ "@id": id })

/** References to entities. */
export const idsOf = (entities: ReadonlyArray<Reference>): ReadonlyArray<Reference> =>
  entities.map((entity) => referTo(entity["@id"]))

export class CrateGraph {
  private readonly entities = new Map<string, Entity>()

  /** Adds an entity unless one with its id is there. */
  add(entity: Entity): Reference {
    if (!this.entities.has(entity["@id"])) this.entities.set(entity["@id"], compacted(entity))
    return referTo(entity["@id"])
  }

  all(): ReadonlyArray<Entity> {
    return [...this.entities.values()]
  }
}

/** As the specification wants it: a list of one thing is that thing, and one of none is left out. */
export const compacted = (entity: Entity): Entity => ({
  ...(Object.fromEntries(
    Object.entries(entity).flatMap(([name, value]) => {
      if (!Array.isArray(value)) return [[name, value]]
      return value.length === 0 ? [] : [[name, value.length === 1 ? value[0] : value]]
    })
  ) as Entity)
})
