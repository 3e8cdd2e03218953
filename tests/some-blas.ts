/** The native library for linear algebra of this machine, if it has one: tests that need it skip where there is none. */
import { openBlas } from "../core/compute/open-blas.ts"
import type { Blas } from "../core/stage/Blas.ts"

const FROM = [import.meta.filename]

const NAMES = [
  "libopenblas.so.0",
  "libmkl_rt.so.2",
  "libblis.so.4",
  "/System/Library/Frameworks/Accelerate.framework/Accelerate"
]

/** The first that is right, or why there is none. */
const found = (): { readonly blas: Blas; readonly library: string } | { readonly reason: string } => {
  const reasons: Array<string> = []
  for (const library of NAMES) {
    try {
      return { blas: openBlas(library, FROM), library }
    } catch (error) {
      reasons.push(String(error instanceof Error ? error.message : error))
    }
  }
  return { reason: reasons.join("; ") }
}

export const SOME_BLAS = found()
