/** The folder of a store: its parts, and the version of its format. */
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { Context, Effect, Layer } from "effect"
import { attemptSync, writeDurably } from "./durable.ts"
import { StoreTooNew, type StoreUnavailable } from "./StoreError.ts"

/** Version of the layout below; a store of a newer one is refused. */
export const STORE_FORMAT = 1

export interface StoreRootShape {
  readonly path: string
  readonly objects: string
  readonly quarantine: string
  readonly actions: string
  readonly runs: string
  readonly locks: string
  /** Memo of code identities. */
  readonly code: string
  readonly catalogue: string
  /** The index may lie elsewhere: SQLite must not live on a network disk. */
  readonly index: string
}

export class StoreRoot extends Context.Service<StoreRoot, StoreRootShape>()("athanor/store/StoreRoot") {
  /** Opens the store at a path, making it when it is not there. */
  static readonly layer = (
    path: string,
    options: { readonly index?: string | undefined } = {}
  ): Layer.Layer<StoreRoot, StoreUnavailable | StoreTooNew> =>
    Layer.effect(StoreRoot, open(resolve(path), options.index))
}

const open = Effect.fnUntraced(function* (path: string, index: string | undefined) {
  const root: StoreRootShape = {
    path,
    objects: join(path, "objects"),
    quarantine: join(path, "quarantine"),
    actions: join(path, "actions"),
    runs: join(path, "runs"),
    locks: join(path, "locks"),
    code: join(path, "code"),
    catalogue: join(path, "catalogue.json"),
    index: index ?? join(path, "index.sqlite")
  }
  const version = join(path, "format.json")
  const found = yield* attemptSync("open", path, () =>
    existsSync(version) ? Number(JSON.parse(readFileSync(version, "utf8")).store) : undefined
  )
  if (found !== undefined && !(found <= STORE_FORMAT)) {
    return yield* new StoreTooNew({ path, found, supported: STORE_FORMAT })
  }
  if (found === undefined) {
    yield* attemptSync("create", path, () => {
      for (const folder of [root.objects, root.actions, root.runs, root.locks, root.code]) {
        mkdirSync(folder, { recursive: true })
      }
    })
    yield* writeDurably(version, `${JSON.stringify({ store: STORE_FORMAT })}\n`)
  }
  return root
})
