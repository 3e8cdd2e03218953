import { assert, describe, it } from "vitest"
import { nameTasks } from "../../../core/plan/name-tasks.ts"

const grid = (ms: ReadonlyArray<string>, ns: ReadonlyArray<number>): ReadonlyArray<string> =>
  ms.flatMap((m) => ns.map((n) => `fit@m=${m},n=${n}`))

describe("tasks in a few words", () => {
  it.each<[what: string, tasks: ReadonlyArray<string>, others: ReadonlyArray<string>, text: string]>([
    ["one", ["fit@n=1"], ["fit@n=2"], "fit@n=1"],
    ["three", ["fit@n=1", "fit@n=2", "fit@n=3"], ["fit@n=4"], "fit@n=1, fit@n=2, fit@n=3"],
    ["many", ["fit@n=1", "fit@n=2", "fit@n=3", "fit@n=4"], ["fit@n=5"], "fit@n=1, fit@n=2 and 2 more"],
    ["all with a value", grid(["a", "b", "c", "d"], [9]), grid(["a", "b", "c", "d"], [1, 2]), "fit@n=9"],
    ["all with two", grid(["a", "b", "c", "d"], [8, 9]), grid(["a", "b", "c", "d"], [1]), "fit@n=8, fit@n=9"],
    ["a row", grid(["a"], [1, 2, 3, 4]), grid(["b"], [1, 2, 3, 4]), "fit@m=a"],
    ["some of a row", grid(["a"], [1, 2, 3, 4]), grid(["a"], [5]), "fit@m=a,n=1, fit@m=a,n=2 and 2 more"],
    ["several stages", ["fit@n=1", "fat@n=1", "top"], ["fit@n=2"], "fit@n=1, fat@n=1, top"],
    ["with none beside them", grid(["a"], [1, 2]), ["top"], "fit@m=a,n=1, fit@m=a,n=2"]
  ])("%s", (_, tasks, others, text) => {
    assert.strictEqual(nameTasks(tasks, others), text)
  })
})
