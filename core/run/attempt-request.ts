/** The parts of a request for an attempt: where the bytes of its inputs are, and what is to be done with them. */
import { fromParams, splitFiles } from "../plan/CommandLine.ts"
import type { BundleCode, CommandCode, JsonMap, Origin, PlanCode, PlanTask } from "../plan/Plan.ts"
import type { Artifact } from "../store/Artifact.ts"
import { type Digest, inCanonicalOrder } from "../store/Digest.ts"
import type { AttemptInput, AttemptRequest, CommandRequest, LocatedFile, StageRequest } from "./Executor.ts"

/** What several tasks read is one object for all of them: a message to a thread holds it once. */
const located = new WeakMap<Artifact, ReadonlyArray<LocatedFile>>()

/** The files of an artifact; `pathOf` says where an object lies. */
export const locatedFiles = (artifact: Artifact, pathOf: (digest: Digest) => string): ReadonlyArray<LocatedFile> => {
  const known = located.get(artifact)
  if (known !== undefined) return known
  const files = artifact.files.map(
    ({ path, digest, bytes, inline }): LocatedFile => ({
      path,
      digest,
      bytes,
      content: inline === undefined ? { _tag: "File", file: pathOf(digest) } : { _tag: "Inline", base64: inline }
    })
  )
  located.set(artifact, files)
  return files
}

/** Matrix values in the order of the key, like the files one object for all who read them. */
const sortedMatrices = new WeakMap<JsonMap, JsonMap>()

const sorted = (matrix: JsonMap): JsonMap => {
  const known = sortedMatrices.get(matrix) ?? inCanonicalOrder(matrix)
  sortedMatrices.set(matrix, known)
  return known
}

/** What arrives at the ports of a task. Of a fan-in nothing tells in which order the dimensions are written: no key does. */
export const locatedInputs = (
  { inputs }: PlanTask,
  artifactOf: (origin: Origin) => Artifact,
  pathOf: (digest: Digest) => string
): AttemptRequest["inputs"] => {
  const filesOf = (origin: Origin) => locatedFiles(artifactOf(origin), pathOf)
  return Object.fromEntries(
    Object.entries(inputs).map(([port, input]): readonly [string, AttemptInput] => [
      port,
      input._tag === "One"
        ? { _tag: "One", kind: input.kind, files: filesOf(input.origin) }
        : {
            _tag: "Many",
            kind: input.kind,
            items: input.items.map(({ matrix, origin }) => ({ matrix: sorted(matrix), files: filesOf(origin) }))
          }
    ])
  )
}

/** The code that runs and what it is told; `traceParent` is the span of the attempt. */
export const workOf = (code: PlanCode, task: PlanTask, traceParent: string): StageWork | CommandWork =>
  code._tag === "Bundle" ? stageWork(code, task) : commandWork(code, task, traceParent)

type StageWork = Pick<StageRequest, "_tag" | "code" | "params" | "device">

type CommandWork = Pick<
  CommandRequest,
  "_tag" | "line" | "files" | "environment" | "secrets" | "timeout" | "traceParent"
>

const stageWork = (code: BundleCode, { device, params }: PlanTask): StageWork => ({
  _tag: "Stage",
  code: bundleOf(code),
  params,
  ...(device === undefined ? {} : { device })
})

/** The same object for all tasks of a stage, like the files that they read. */
const bundles = new WeakMap<BundleCode, StageRequest["code"]>()

const bundleOf = (code: BundleCode): StageRequest["code"] => {
  const { bundle, bundleFile, file } = code
  const known = bundles.get(code) ?? { file, bundle, bundleFile }
  bundles.set(code, known)
  return known
}

const commandWork = (
  { environment, files, named = {}, secrets }: CommandCode,
  { params, timeout }: PlanTask,
  traceParent: string
): CommandWork => ({
  _tag: "Command",
  line: fromParams(params),
  files: [...files, ...Object.keys(splitFiles(params).files).flatMap((path) => named[path] ?? [])],
  environment,
  secrets,
  timeout,
  traceParent
})
