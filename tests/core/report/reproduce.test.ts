import { execFileSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fold } from "../../../core/record/RunState.ts"
import { reproductionOf, shellWord } from "../../../core/report/reproduce.ts"
import { SUCCESS, temporaryFolder } from "./example-report.ts"
import { plan } from "./example-run.ts"

const state = fold(SUCCESS)

describe("shellWord", () => {
  it("is one word to a shell, and the same text", () => {
    const words = ["plain", "a b", "it's", '"$HOME" `id` \\', "", "a\nb", "-rf", "π*?[x]", "&&;|<>()", "x='{\"a\":1}'"]
    const said = execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${words.map(shellWord).join(" ")}`], {
      encoding: "utf8"
    })
    assert.deepStrictEqual(said.split("\0").slice(0, -1), words)
    assert.strictEqual(shellWord("pipelines/ntk-study.yaml"), "pipelines/ntk-study.yaml")
  })
})

describe("reproductionOf", () => {
  it.effect("names every parameter where the pipeline file is gone, or cannot be read", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "run")
      const all = "--profile default -S 'widths=[100,500]' -S inits=10 -S depth=4 -S beta=0.1"
      const told = (folder: { readonly id: string; readonly path?: string }) => reproductionOf({ folder, plan, state })
      assert.include((yield* told({ id: "a" })).run, all)
      assert.include((yield* told({ id: "a", path })).run, all)
      mkdirSync(path)
      writeFileSync(join(path, "pipeline.yaml"), "name: [")
      assert.include((yield* told({ id: "a", path })).run, all)
    }).pipe(Effect.scoped)
  )

  it.effect("says of a commit that nobody else can get only which it is", () =>
    Effect.gen(function* () {
      const { started } = state
      assert(started !== undefined)
      const of = (environment: { readonly [name: string]: string }) =>
        reproductionOf({ folder: { id: "a" }, plan, state: { ...state, started: { ...started, environment } } })
      assert.deepStrictEqual((yield* of({})).checkout, [])
      assert.deepStrictEqual((yield* of({ commit: "abc" })).checkout, ["git checkout abc"])
      const address = { commit: "abc", repository: "git@example.org:lab/my study.git", directory: "papers/one" }
      assert.deepStrictEqual((yield* of(address)).checkout, [
        ...["git clone 'git@example.org:lab/my study.git' study", "cd study", "git checkout abc", "cd papers/one"]
      ])
    })
  )
})
