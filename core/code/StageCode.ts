/** The code of stage types: bundled, identified, stored; remembered as long as its files are as they were. */
import { statSync } from "node:fs"
import { join } from "node:path"
import { Context, Effect, Layer } from "effect"
import { type FileLook, lookAt } from "../document/file-look.ts"
import type { CodeParts } from "../store/ActionRecord.ts"
import * as Digest from "../store/Digest.ts"
import { isSound, ObjectStore } from "../store/ObjectStore.ts"
import { StoreUnavailable } from "../store/StoreError.ts"
import { StoreRoot } from "../store/StoreRoot.ts"
import { type CodeError, codeError } from "./CodeError.ts"
import * as CodeMemo from "./CodeMemo.ts"
import { signedAgain } from "./signature.ts"

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
    /** Every file that went into what was loaded, as it looked then, by path; `undefined` for one that was not there. */
    readonly looks: () => ReadonlyMap<string, FileLook | undefined>
  }
>()("athanor/code/StageCode") {
  /** `contract` is the file behind `athanor/stage`. */
  static readonly layer = (contract: string): Layer.Layer<StageCode, never, ObjectStore | StoreRoot> =>
    Layer.effect(
      StageCode,
      Effect.gen(function* () {
        const objects = yield* ObjectStore
        const root = yield* StoreRoot
        const looks = new Map<string, FileLook | undefined>()
        const settings = { contract, objects, memos: root.code, looks }
        return StageCode.of({ load: (file) => load(file, settings), looks: () => looks })
      })
    )
}

interface Settings {
  readonly contract: string
  readonly objects: ObjectStore["Service"]
  /** Folder of the memos. */
  readonly memos: string
  readonly looks: Map<string, FileLook | undefined>
}

const load = Effect.fn("StageCode.load")(function* (file: string, settings: Settings) {
  const found = lookAt(file) === undefined ? undefined : statSync(file)
  if (found === undefined) return yield* codeError(file, `there is no file ${file}`)
  // Whoever reads a pipe waits for somebody to write.
  if (!found.isFile()) return yield* codeError(file, `${file} is no file`)
  const { contract, objects, memos } = settings
  const path = join(memos, `${Digest.ofValue("athanor/memo", [file, contract]).slice(0, 24)}.json`)
  const memo = yield* CodeMemo.read(path)
  const freshness = memo === undefined ? "changed" : CodeMemo.freshness(memo)
  if (memo === undefined || freshness === "changed" || !(yield* isSound(objects, memo.bundle))) {
    return loaded(file, yield* rebuild(file, path, settings), settings)
  }
  return loaded(file, freshness === "compared" ? yield* renew(path, memo) : memo, settings)
})

const loaded = (file: string, memo: CodeMemo.CodeMemo, { looks, objects }: Settings): LoadedCode => {
  const { files, identity, parts, bundle } = memo
  for (const { path, seen } of files) looks.set(path, seen)
  return { file, identity, parts, bundle, bundleFile: objects.pathOf(bundle) }
}

/** Nanoseconds since 1970, by the clock that file systems go by: a run goes by another. */
const now = Effect.sync(() => String(BigInt(Date.now()) * 1_000_000n))

const rebuild = Effect.fnUntraced(function* (file: string, path: string, { contract, objects }: Settings) {
  const takenAt = yield* now
  // The bundler and the parser take longer to load than all the look-ups of a run that has nothing to do.
  const { build } = yield* Effect.promise(() => import("./build-code.ts"))
  const { code, identity, parts, files } = yield* build(file, contract)
  const bytes = new TextEncoder().encode(code)
  const bundle = Digest.ofBytes(bytes)
  // The store believes that what lies there already is what it was: damage is looked for first.
  if (!(yield* isSound(objects, bundle))) yield* objects.put([bytes])
  if (!(yield* isSound(objects, bundle))) {
    const cause = "its bytes are damaged and cannot be replaced"
    return yield* new StoreUnavailable({ operation: "use", path: objects.pathOf(bundle), cause })
  }
  const memo = { takenAt, files, identity, parts, bundle }
  yield* CodeMemo.write(path, memo)
  return memo
})

/** Files that were touched, or changed at the moment of the memo, need not be compared every time from now on. */
const renew = Effect.fnUntraced(function* (path: string, memo: CodeMemo.CodeMemo) {
  const takenAt = yield* now
  const files = memo.files.map(signedAgain)
  const isSame = files.every(
    ({ seen, real }, index) => seen?.content === memo.files[index]?.seen?.content && real === memo.files[index]?.real
  )
  if (!isSame) return memo
  const renewed = { ...memo, takenAt, files }
  yield* CodeMemo.write(path, renewed)
  return renewed
})
