import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { machineBlas } from "../../../core/compute/machine-blas.ts"
import { Reads } from "../../../core/document/Reads.ts"
import { checkBlas } from "../../../core/maintain/check-blas.ts"
import { SOME_BLAS } from "../../some-blas.ts"

const probeModule = new URL("../../../core/compute/probe-process.ts", import.meta.url)

const stateFor = (asked: string | undefined, reads = new Reads(), from = [import.meta.filename]) =>
  machineBlas({ probeModule, from, reads, environment: { ...process.env, PIPELINE_BLAS: asked } })

describe("machineBlas", () => {
  it.effect.each([undefined, "", "none"])("looks for nothing when PIPELINE_BLAS is %j", (asked) =>
    Effect.gen(function* () {
      const state = yield* stateFor(asked)
      assert.deepStrictEqual(state, { _tag: "Off" })
      assert.match(checkBlas(state).fact, /^our own kernels/u)
    })
  )

  it.effect("tells why the library that is named is not taken, which is a problem", () =>
    Effect.gen(function* () {
      const state = yield* stateFor("/nowhere/libblas.so")
      assert.deepInclude(state, { _tag: "Absent", isNamed: true })
      assert.deepInclude(checkBlas(state), { health: "problem" })
      assert.match(checkBlas(state).fact, /\/nowhere\/libblas\.so: Failed to load|koffi is not installed/u)
    })
  )

  it.effect("does without where none is found and any would do", () =>
    Effect.gen(function* () {
      const state = yield* stateFor("auto", new Reads(), ["/nowhere/stage.ts"])
      assert.deepStrictEqual(state, { _tag: "Absent", isNamed: false, reason: "the package koffi is not installed" })
      assert.deepInclude(checkBlas(state), { health: "good" })
    })
  )

  it.skipIf("reason" in SOME_BLAS)("names the very file that it found, and watches it", () =>
    Effect.runPromise(
      Effect.gen(function* () {
        const reads = new Reads()
        const state = yield* stateFor("auto", reads)
        assert(state._tag === "Here", JSON.stringify(state))
        assert.isNotEmpty(state.title)
        if (process.platform === "linux") assert.isTrue(reads.files.has(state.library))
        assert.include(checkBlas(state).fact, state.title)
      })
    )
  )
})
