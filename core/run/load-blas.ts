/** Loads the native library of a worker process, while that is still possible there. */
import { BlasUnavailable, openBlas } from "../compute/open-blas.ts"
import type { Blas } from "../stage/Blas.ts"
import type { NativeSettings } from "./worker-protocol.ts"

/** What gives it; throws `BlasUnavailable` where there is none, or another than the plan was made with. */
export const loadBlas = ({ from, library, title }: NativeSettings): (() => Blas) => {
  try {
    const blas = openBlas(library, from)
    return () => {
      if (blas.title === title) return blas
      throw new BlasUnavailable(`${library} is ${blas.title}, and was ${title} when the plan was made`)
    }
  } catch (cause) {
    return () => {
      throw cause
    }
  }
}
