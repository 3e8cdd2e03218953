/** The code of stage types: bundled, identified, stored; remembered as long as its files are as they were. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Clock, Context, Effect, Layer } from "effect"
import type { CodeParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { writeDurably } from "../store/durable.ts"
import { ObjectStore } from "../store/ObjectStore.ts"
import type { StoreUnavailable } from "../store/StoreError.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { type CodeError, codeError } from "./CodeError.ts"
import { type FileSignature, isUnchanged, signatureOf } from "./signature.ts"

/** The code of a stage type. */
export interface LoadedCode {
  readonly file: string
  /** Digest of all that decides what the code does. */
  readonly identity: Digest.Digest
  readonly parts: CodeParts
  /** The stored bundle, which is what runs. */
  readonly bundle: Digest.Digest
  readonly bundleFile: string
}

export class StageCode extends Context.Service<
  StageCode,
  {
    /** The code behind a file, given by its absolute path. */
    readonly load: (file: string) => Effect.Effect<LoadedCode, CodeError | StoreUnavailable>
  }
>()("athanor/code/StageCode") {
  /** `contract` is the file behind `athanor/stage`. */
  static readonly layer = (contract: string): Layer.Layer<StageCode, never, ObjectStore | StoreRoot> =>
    Layer.effect(
      StageCode,
      Effect.gen(function* () {
        const objects = yield* ObjectStore
        const root = yield* StoreRoot
        return StageCode.of({ load: (file) => load(file, { contract, objects, memos: root.code }) })
      })
    )
}

interface Settings {
  readonly contract: string
  readonly objects: ObjectStore["Service"]
  readonly memos: string
}

/** Version of the memo and of how code is built: bumped when the identity of unchanged files would change. */
const MEMO_FORMAT = 1

interface Memo {
  readonly format: number
  readonly takenAt: string
  readonly files: ReadonlyArray<FileSignature>
  readonly identity: Digest.Digest
  readonly parts: CodeParts
  readonly bundle: Digest.Digest
  readonly bundleBytes: number
}

const load = Effect.fn("StageCode.load")(function* (file: string, settings: Settings) {
  if (!existsSync(file)) return yield* codeError(file, `there is no file ${file}`)
  const memoFile = join(settings.memos, `${Digest.ofValue("athanor/memo", file).slice(0, 24)}.json`)
  const memo = readMemo(memoFile)
  const takenAt = memo === undefined ? 0n : BigInt(memo.takenAt)
  const isCurrent =
    memo?.files.every((signature) => isUnchanged(signature, takenAt)) === true &&
    settings.objects.isPresent({ digest: memo.bundle, bytes: memo.bundleBytes })
  const current = isCurrent ? memo : yield* rebuild(file, settings, memoFile)
  return {
    file,
    identity: current.identity,
    parts: current.parts,
    bundle: current.bundle,
    bundleFile: settings.objects.pathOf(current.bundle)
  } satisfies LoadedCode
})

/** A memo that cannot be read is no memo. */
const readMemo = (memoFile: string): Memo | undefined => {
  if (!existsSync(memoFile)) return undefined
  try {
    const memo: Memo = JSON.parse(readFileSync(memoFile, "utf8"))
    return memo.format === MEMO_FORMAT ? memo : undefined
  } catch {
    return undefined
  }
}

const rebuild = Effect.fnUntraced(function* (file: string, settings: Settings, memoFile: string) {
  const takenAt = yield* Clock.currentTimeNanos
  const { build } = yield* Effect.promise(() => import("./build-code.ts"))
  const built = yield* build(file, settings.contract)
  const [stored] = yield* settings.objects.put([new TextEncoder().encode(built.code)])
  if (stored === undefined) return yield* codeError(file, "the bundle was not stored")
  const memo: Memo = {
    format: MEMO_FORMAT,
    takenAt: String(takenAt),
    files: built.files.map(signatureOf),
    identity: built.identity,
    parts: built.parts,
    bundle: stored.digest,
    bundleBytes: stored.bytes
  }
  yield* writeDurably(memoFile, JSON.stringify(memo))
  return memo
})
