import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import type { StageDocument } from "../../../core/document/PipelineDocument.ts"
import { chooseBlas } from "../../../core/plan/choose-blas.ts"
import type { BlasState } from "../../../core/plan/MachineBlas.ts"

const span = { file: "p.yaml", line: 3, column: 11, length: 5 }

const stage = { id: "product", uses: { value: "my/product", span } } as unknown as StageDocument

const HERE: BlasState = { _tag: "Here", library: "/lib/libblas.so", title: "Some BLAS 1.0" }

const absent = (isNamed: boolean): BlasState => ({ _tag: "Absent", reason: "it is not there", isNamed })

const chosen = (state: BlasState) =>
  Effect.map(chooseBlas(stage, { blas: true }, { blas: Effect.succeed(state) }), Result.getOrThrow)

describe("chooseBlas", () => {
  it.effect("takes the library that is there, where a stage type can use one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* chosen(HERE), { blas: { library: "/lib/libblas.so", title: "Some BLAS 1.0" } })
      const none = yield* chooseBlas(stage, {}, { blas: Effect.die("asked for") })
      assert.deepStrictEqual(none, Result.succeed({}))
    })
  )

  it.effect("takes none where nobody asks for one, or any would do and none is there", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* chosen({ _tag: "Off" }), {})
      assert.deepStrictEqual(yield* chosen(absent(false)), {})
    })
  )

  it.effect("complains, with place and reason, of one that is named and not there", () =>
    Effect.gen(function* () {
      const refused = yield* chooseBlas(stage, { blas: true }, { blas: Effect.succeed(absent(true)) })
      assert(Result.isFailure(refused))
      const [complaint] = refused.failure
      assert.deepInclude(complaint, { span, hint: "PIPELINE_BLAS=none does without" })
      assert.match(complaint?.message ?? "", /PIPELINE_BLAS names is not here: it is not there$/u)
    })
  )
})
