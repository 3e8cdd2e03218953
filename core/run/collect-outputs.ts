/** Takes the outputs of a command out of its working directory: each is of its kind, lies there, and is no way out. */
import { lstatSync, readdirSync, type Stats } from "node:fs"
import { join, relative } from "node:path"
import { Effect, Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import { listForeign, readForeign } from "../codec/read-foreign.ts"
import { messageOf } from "../document/message-of.ts"
import { isGuarded } from "../fault/hooks.ts"
import type { ArtifactKind, Metrics } from "../stage/ArtifactKind.ts"
import type { FileOnDisk, NewFile } from "../store/ArtifactStore.ts"
import { AttemptFailed, type AttemptResult } from "./Executor.ts"
import type { Redaction } from "./Redaction.ts"
import { secretInFile } from "./secret-in-file.ts"

export interface DeclaredOutput {
  readonly port: string
  readonly kind: ArtifactKind
  /** Relative to the working directory. */
  readonly path: string
}

/**
 * The outputs in their stored form, and the numbers in those of kind Metrics. Fails with all that is wrong with them;
 * so are two numbers of one name: which of them were the metric, no key would tell.
 */
export const collectOutputs = Effect.fnUntraced(function* (
  cwd: string,
  declared: ReadonlyArray<DeclaredOutput>,
  redaction: Redaction
) {
  const outputs: Record<string, ReadonlyArray<NewFile>> = {}
  const metrics = new Map<string, { readonly value: number; readonly port: string }>()
  const complaints: Array<string> = []
  for (const { kind, path, port } of declared) {
    const collected = yield* Effect.result(collectOutput(cwd, kind, path, redaction))
    if (Result.isFailure(collected)) {
      complaints.push(`output "${port}" (${kind}, ${path}): ${collected.failure}`)
      continue
    }
    outputs[port] = collected.success.files
    if (kind !== "Metrics") continue
    for (const [name, value] of Object.entries(collected.success.value as Metrics)) {
      const other = metrics.get(name)
      if (other === undefined) metrics.set(name, { value, port })
      else complaints.push(`output "${port}" (${kind}, ${path}): output "${other.port}" has a metric "${name}" too`)
    }
  }
  if (complaints.length > 0) {
    return yield* new AttemptFailed({ tag: "OutputInvalid", message: complaints.join("\n"), detail: "" })
  }
  const numbers = Object.fromEntries([...metrics].map(([name, { value }]) => [name, value]))
  return { outputs, metrics: numbers } satisfies Pick<AttemptResult, "outputs" | "metrics">
})

const collectOutput = Effect.fnUntraced(function* (
  cwd: string,
  kind: ArtifactKind,
  path: string,
  redaction: Redaction
) {
  yield* Effect.fromResult(checkPlace(cwd, kind, path))
  if (kind === "Directory") return yield* collectFolder(join(cwd, path), redaction)
  // First of all: what is wrong with a file is told with words from it, which may be cut in the middle of a secret.
  const inFile = yield* secretIn(join(cwd, path), redaction)
  if (inFile !== undefined) return yield* refuseSecret(inFile)
  const value = yield* Effect.mapError(readForeign(kind, join(cwd, path)), ({ reason }) => reason)
  const files = yield* Effect.fromResult(Result.mapError(Codec.encode(kind, value), ({ message }) => message))
  const inStored = files.map(
    ({ bytes, path: name }) => redaction.foundIn(bytes) ?? redaction.foundIn(Buffer.from(name))
  )
  // Its stored form may spell it as the file does not.
  const secret = inStored.find((found) => found !== undefined)
  if (secret !== undefined) return yield* refuseSecret(secret)
  return { value, files }
})

/** The files of a folder, which stay where they are until they are stored: they may be larger than memory. */
const collectFolder = Effect.fnUntraced(function* (folder: string, redaction: Redaction) {
  const files: ReadonlyArray<FileOnDisk> = yield* Effect.mapError(listForeign(folder), ({ reason }) => reason)
  for (const { file, path } of files) {
    const secret = redaction.foundIn(Buffer.from(path)) ?? (yield* secretIn(file, redaction))
    if (secret !== undefined) return yield* refuseSecret(secret)
  }
  return { value: undefined, files }
})

const refuseSecret = (name: string) => Effect.fail(`it holds the value of the secret ${name}, which is kept nowhere`)

const secretIn = (file: string, redaction: Redaction) =>
  Effect.try({
    try: () => secretInFile(file, redaction),
    catch: messageOf
  })

/** A link on the way may lead out of the folder, to what is no output of this command. */
const checkPlace = (cwd: string, kind: ArtifactKind, path: string): Result.Result<void, string> => {
  const segments = path.split("/")
  let stat: Stats | undefined
  for (const [index] of segments.entries()) {
    const part = segments.slice(0, index + 1).join("/")
    stat = lstatSync(join(cwd, part), { throwIfNoEntry: false })
    if (stat === undefined) return Result.fail("the command did not write it")
    if (!isGuarded("check-outputs")) continue
    if (stat.isSymbolicLink()) return Result.fail(`${part} is a link; an output is the file itself`)
    if (index < segments.length - 1 && !stat.isDirectory()) return Result.fail(`${part} is no folder`)
  }
  if (kind === "Directory") {
    return stat?.isDirectory() ? checkFolder(join(cwd, path)) : Result.fail("it is a file, not a folder")
  }
  if (stat?.isDirectory()) return Result.fail("it is a folder, not a file")
  const fault = stat && faultOf(stat)
  return fault === undefined ? Result.void : Result.fail(`it is ${fault}`)
}

/** The same for all that lies in a folder. */
const checkFolder = (root: string): Result.Result<void, string> => {
  for (const { name, parentPath } of readdirSync(root, { withFileTypes: true, recursive: true })) {
    const file = join(parentPath, name)
    const stat = lstatSync(file)
    const fault = stat.isDirectory() ? undefined : faultOf(stat)
    if (fault !== undefined) return Result.fail(`${relative(root, file)} is ${fault}`)
  }
  return Result.void
}

/** What keeps something that is no folder from being an output. */
const faultOf = (stat: Stats): string | undefined => {
  if (!stat.isFile() && !stat.isSymbolicLink()) return `${specialName(stat)}, not a file`
  if (!isGuarded("check-outputs")) return undefined
  if (stat.isSymbolicLink()) return "a link; an output is the file itself"
  // Other names may lie anywhere, and what is written there changes it.
  if (stat.nlink > 1) return `one of ${stat.nlink} names of a file; cp makes an output a file of its own`
  if ((stat.mode & SET_ID) !== 0) return "a program that runs as somebody else; chmod a-s makes it a file"
  return undefined
}

/** Of a mode: set-user-id and set-group-id. */
const SET_ID = 0o6000

const specialName = (stat: Stats): string => {
  if (stat.isFIFO()) return "a pipe"
  return stat.isSocket() ? "a socket" : "a device"
}
