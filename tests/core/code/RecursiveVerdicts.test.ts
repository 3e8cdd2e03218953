import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { RecursiveVerdicts } from "../../../core/code/RecursiveVerdicts.ts"

const SIZE = 7
const Edges = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: SIZE * SIZE - 1 })))
const Refuted = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: SIZE - 1 })))

describe("verdicts", () => {
  it.prop(
    "say of each thing whether what it leads to is refuted, in whatever order they are asked",
    { edges: Edges, refuted: Refuted, order: Refuted },
    ({ edges, refuted, order }) => {
      const next = (thing: number) =>
        edges.filter((edge) => Math.floor(edge / SIZE) === thing).map((edge) => edge % SIZE)
      const reached = (thing: number): ReadonlySet<number> => {
        const found = new Set([thing])
        for (const one of found) for (const other of next(one)) found.add(other)
        return found
      }
      const verdicts = new RecursiveVerdicts<number>()
      const holds = (thing: number): boolean =>
        verdicts.decide(thing, () => next(thing).every(holds) && !refuted.includes(thing))
      for (const thing of [...order, 0, 1, 2, 3, 4, 5, 6]) {
        assert.strictEqual(holds(thing), ![...reached(thing)].some((one) => refuted.includes(one)))
      }
    }
  )
})
