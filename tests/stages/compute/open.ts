/** Backends for the tests of `stages/compute`, opened as the engine opens them. */

import { createRequire } from "node:module"
import { dirname } from "node:path"
import { Effect } from "effect"
import * as Compute from "../../../core/stage/Compute.ts"
import { session } from "../../../stages/compute/session.ts"

const require = createRequire(import.meta.url)

export const CPU: Compute.Opened = { backend: "cpu", adapter: "", handle: undefined }

export const WASM: Compute.Opened = {
  backend: "wasm",
  adapter: "",
  handle: dirname(require.resolve("@tensorflow/tfjs-backend-wasm"))
}

/** A session on a backend. */
export const on = <A, E, R>(opened: Compute.Opened, body: Effect.Effect<A, E, R>) =>
  session(body).pipe(Effect.provideService(Compute.Current, opened))
