/** What this machine has of native libraries for linear algebra: none is looked for that nobody asks for. */
import { platform } from "node:os"
import { Effect } from "effect"
import type { Reads } from "../document/Reads.ts"
import { BLAS_VARIABLE } from "../plan/choose-blas.ts"
import type { BlasState } from "../plan/MachineBlas.ts"
import { type Asked, askProcess } from "./ask-process.ts"
import { DRIVER_VARIABLES } from "./driver-variables.ts"
import type { BlasAnswer, BlasRequest } from "./probe-process.ts"

/** Names of libraries, the fastest first, as systems find them. */
const LIBRARIES: { readonly [system in NodeJS.Platform]?: ReadonlyArray<string> } = {
  darwin: ["/System/Library/Frameworks/Accelerate.framework/Accelerate", "libopenblas.dylib"],
  linux: ["libmkl_rt.so.2", "libopenblas.so.0", "libblis.so.4"],
  win32: ["mkl_rt.2.dll", "libopenblas.dll"]
}

export interface BlasSettings {
  /** The module that `probe-process.ts` was built to. */
  readonly probeModule: URL
  /** Files from which koffi is looked up, in turn. */
  readonly from: ReadonlyArray<string>
  readonly environment: NodeJS.ProcessEnv
  /** Takes note of what the answer depends on. */
  readonly reads: Reads
}

/** The first library that can be loaded and computes right, if one is asked for. */
export const machineBlas = Effect.fnUntraced(function* ({ environment, from, probeModule, reads }: BlasSettings) {
  const asked = reads.variable(BLAS_VARIABLE, environment) || "none"
  if (asked === "none") return { _tag: "Off" } satisfies BlasState
  const isNamed = asked !== "auto"
  // What the system finds under a name changes with this list.
  reads.file("/etc/ld.so.cache")
  for (const name of DRIVER_VARIABLES) reads.variable(name, environment)
  const reasons: Array<string> = []
  for (const library of isNamed ? [asked] : (LIBRARIES[platform()] ?? [])) {
    const request: BlasRequest = { library, from }
    const told = yield* Effect.promise(() => askProcess<BlasAnswer>(probeModule, request, environment))
    if (told._tag === "Answered" && "title" in told.answer) {
      // A plan that is remembered holds as long as the library is as it was.
      reads.file(told.answer.library)
      return { _tag: "Here", ...told.answer } satisfies BlasState
    }
    reasons.push(reasonIn(library, told))
  }
  const reason = [...new Set(reasons)].join("; ") || `no library is known for ${platform()}`
  return { _tag: "Absent", reason, isNamed } satisfies BlasState
})

/** Why a library is not taken. */
const reasonIn = (library: string, asked: Asked<BlasAnswer>): string => {
  if (asked._tag === "Silent") return `${library}: ${asked.reason}`
  return "reason" in asked.answer ? asked.answer.reason : asked.answer.title
}
