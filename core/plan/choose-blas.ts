/** The native library that a stage uses: the one that `PIPELINE_BLAS` asks for, where its stage type can use one. */
import { Effect, Result } from "effect"
import type { StageDocument } from "../document/PipelineDocument.ts"
import type { StageType } from "../stage/StageType.ts"
import { type Checked, refuse } from "./Checked.ts"
import type { Surroundings } from "./command-code.ts"
import type { PlanStage } from "./Plan.ts"

/** The variable that asks for one: `none`, `auto`, or the path or name of a library. */
export const BLAS_VARIABLE = "PIPELINE_BLAS"

/** Where any will do, and none is here, the stage does without; one that is named has to be here. */
export const chooseBlas = Effect.fnUntraced(function* (
  stage: StageDocument,
  type: Pick<StageType, "blas">,
  { blas }: Pick<Surroundings, "blas">
): Effect.fn.Return<Checked<Pick<PlanStage, "blas">>> {
  if (type.blas !== true) return Result.succeed({})
  const state = yield* blas
  if (state._tag === "Here") return Result.succeed({ blas: { library: state.library, title: state.title } })
  if (state._tag === "Off" || !state.isNamed) return Result.succeed({})
  return refuse(
    stage.uses.span,
    `stage "${stage.id}": the library that ${BLAS_VARIABLE} names is not here: ${state.reason}`,
    `${BLAS_VARIABLE}=none does without`
  )
})
