/** Whether stages that can use a native library for linear algebra have one here. */
import type { BlasState } from "../plan/MachineBlas.ts"
import { type CheckupLine, good, problem } from "./Checkup.ts"

/** What is taken, or why nothing is. */
export const checkBlas = (state: BlasState): CheckupLine => {
  switch (state._tag) {
    case "Off":
      return good(
        "blas",
        "our own kernels, which give the same bytes anywhere; PIPELINE_BLAS=auto would look for a library"
      )
    case "Here":
      return good("blas", `${state.title} (${state.library}), as PIPELINE_BLAS says, for stages that can use it`)
    case "Absent":
      return state.isNamed
        ? problem(
            "blas",
            `the library that PIPELINE_BLAS names is not taken: ${state.reason}`,
            "PIPELINE_BLAS=none does without"
          )
        : good("blas", `our own kernels, for none was found: ${state.reason}`)
  }
}
