/** Holds the claim of a key for as long as a scope is open. */
import { Effect, type Scope } from "effect"
import { reach } from "../fault/hooks.ts"
import { awaitOthers } from "./await-others.ts"
import type { Claims } from "./Claims.ts"
import type { Digest } from "./Digest.ts"
import { attempt } from "./durable.ts"
import type { StoreUnavailable } from "./StoreError.ts"

/** Holds the claim of a key until the scope closes; waits while another has it. `onLong` is done once, if that lasts. */
export const acquireClaim = (
  claims: Claims,
  key: Digest,
  onLong: Effect.Effect<void>
): Effect.Effect<void, StoreUnavailable, Scope.Scope> =>
  Effect.gen(function* () {
    const wish = yield* Effect.acquireRelease(
      Effect.sync(() => new Wish(claims, key)),
      (wish) => Effect.sync(() => wish.end())
    )
    const ask = attempt("claim a key in", claims.folder, () => wish.ask())
    yield* awaitOthers(
      Effect.map(ask, (isGranted) => isGranted || undefined),
      onLong
    )
    reach("key.claimed")
  })

/** What one task asks for; ended while an answer is on its way, it gives back what that grants. */
class Wish {
  private readonly claims: Claims
  private readonly key: Digest
  private isGranted = false
  private hasEnded = false

  constructor(claims: Claims, key: Digest) {
    this.claims = claims
    this.key = key
  }

  async ask(): Promise<boolean> {
    this.isGranted = await this.claims.ask(this.key)
    if (this.hasEnded && this.isGranted) this.claims.release(this.key)
    return this.isGranted
  }

  end(): void {
    this.hasEnded = true
    if (this.isGranted) this.claims.release(this.key)
  }
}
