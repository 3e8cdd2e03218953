import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Ledger } from "../../../core/run/Ledger.ts"
import { type Artifact, digestOf } from "../../../core/store/Artifact.ts"
import { digest } from "../store/sample-store.ts"
import { sketched } from "./sketched-plan.ts"

const HOST = { engine: "13.6" }

/** The outputs of a task that made this content. */
const outputs = (content: string): { readonly out: Artifact } => {
  const files = [{ path: "value.json", digest: digest(content), bytes: content.length }]
  return { out: { kind: "Json", digest: digestOf("Json", files), files } }
}

const DIAMOND = sketched([
  { id: "top" },
  { id: "left", needs: ["top"] },
  { id: "right", needs: ["top"] },
  { id: "end", needs: ["left", "right"] }
])

const ledgerOf = (plan = DIAMOND) => new Ledger(plan, [], HOST)

describe("Ledger", () => {
  it("starts with the tasks that need no other", () => {
    assert.deepStrictEqual(ledgerOf().roots(), [0])
    assert.deepStrictEqual(ledgerOf(sketched([{ id: "a" }, { id: "b" }])).roots(), [0, 1])
  })

  it("sets free what has all that it needs, and nothing before", () => {
    const ledger = ledgerOf()
    assert.deepStrictEqual([...ledger.settle(0, outputs("top"))].sort(), [1, 2])
    assert.deepStrictEqual(ledger.settle(2, outputs("right")), [])
    assert.deepStrictEqual(ledger.settle(1, outputs("left")), [3])
    assert.deepStrictEqual(ledger.settle(3, outputs("end")), [])
    assert.deepStrictEqual(ledger.outputsOf(2), outputs("right"))
  })

  it("counts a task that is needed at two ports as one need", () => {
    const ledger = ledgerOf(sketched([{ id: "a" }, { id: "b", needs: ["a", "a"] }]))
    assert.deepStrictEqual(ledger.settle(0, outputs("a")), [1])
  })

  it("makes keys from contents: equal bytes of another task give the same key", () => {
    const keyAfter = (top: string, param: string) => {
      const ledger = ledgerOf(
        sketched([
          { id: "top", param },
          { id: "left", needs: ["top"] }
        ])
      )
      ledger.settle(0, outputs(top))
      return [ledger.keyed(0).key, ledger.keyed(1).key]
    }
    const [root, key] = keyAfter("bytes", "x")
    const [otherRoot, sameKey] = keyAfter("bytes", "y")
    assert.notStrictEqual(root, otherRoot)
    assert.strictEqual(key, sameKey)
    assert.notStrictEqual(key, keyAfter("other bytes", "x")[1])
  })

  it("reads sources as it reads tasks", () => {
    const source = { name: "photos", path: "p.json", kind: "Json", span: DIAMOND.stages[0]!.span } as const
    const plan = sketched([{ id: "a", needs: ["sources.photos"] }], [source])
    const keyOf = (content: string) => new Ledger(plan, [outputs(content).out], HOST).keyed(0).key
    assert.strictEqual(keyOf("x"), keyOf("x"))
    assert.notStrictEqual(keyOf("x"), keyOf("y"))
  })

  it("refuses to name the key of a task whose inputs are not known", () => {
    assert.throws(() => ledgerOf().keyed(1), RangeError)
    assert.throws(() => ledgerOf().keyed(9), RangeError)
    assert.throws(() => ledgerOf().artifact({ _tag: "Source", source: 0 }), RangeError)
  })

  it("knows who needs a task, directly or not, and not the task itself", () => {
    const ledger = ledgerOf()
    assert.deepStrictEqual([...ledger.dependentsOf(0)].sort(), [1, 2, 3])
    assert.deepStrictEqual([...ledger.dependentsOf(1)], [3])
    assert.deepStrictEqual([...ledger.dependentsOf(3)], [])
    assert.deepStrictEqual([...ledger.dependentsOf(0, (task) => task === 1)].sort(), [2, 3])
    assert.deepStrictEqual([...ledger.dependentsOf(0, (task) => task < 3)], [])
  })

  const Needs = Schema.Array(Schema.Array(Schema.Natural)).check(Schema.isMaxLength(12))

  it.prop(
    "sets every task of any plan free exactly once, after all those it needs, in whatever order they end",
    { needs: Needs, picks: Schema.Array(Schema.Natural) },
    ({ needs, picks }) => {
      const plan = sketched(
        needs.map((list, index) => ({
          id: `s${index}`,
          needs: index === 0 ? [] : [...new Set(list.map((need) => `s${need % index}`))]
        }))
      )
      const ledger = new Ledger(plan, [], HOST)
      const free = [...ledger.roots()]
      const settled: Array<number> = []
      for (let step = 0; free.length > 0; step++) {
        const [task = -1] = free.splice((picks[step] ?? 0) % free.length, 1)
        // Throws when something that it needs is not there.
        ledger.keyed(task)
        settled.push(task)
        free.push(...ledger.settle(task, outputs(String(task))))
      }
      return settled.length === needs.length && new Set(settled).size === needs.length
    }
  )
})
