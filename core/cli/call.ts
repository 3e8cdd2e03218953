/** `pipeline call`: one stage type, alone, on files. */
import { join } from "node:path"
import { Effect, Option, Result, Schema } from "effect"
import * as Codec from "../codec/Codec.ts"
import { describe } from "../codec/describe.ts"
import { readForeign } from "../codec/read-foreign.ts"
import { type Diagnostic, PipelineInvalid } from "../document/Diagnostic.ts"
import { nearest } from "../document/nearest.ts"
import type { StageDocument } from "../document/PipelineDocument.ts"
import { Reads } from "../document/Reads.ts"
import { chooseDevice } from "../plan/choose-device.ts"
import { decodeParams } from "../plan/decode-params.ts"
import { PROCESSOR } from "../plan/device-class.ts"
import { limited } from "../plan/stage-calls.ts"
import type { AttemptFailed, LogLine, MadeFile } from "../run/Executor.ts"
import { openFor, runStage, thrown } from "../run/execute-stage.ts"
import { Host } from "../run/Host.ts"
import { optimise } from "../run/late-optimisation.ts"
import { onBackend } from "../run/on-backend.ts"
import { ofDeclaration } from "../stage/Port.ts"
import type { InputValues, StageType } from "../stage/StageType.ts"
import { inCanonicalOrder } from "../store/Digest.ts"
import { writeDurably } from "../store/durable.ts"
import { EXIT, type ExitStatus } from "./exit-status.ts"
import { type GivenParams, givenParams, type TypedParams } from "./given-params.ts"
import { backendsFor } from "./load-pipeline.ts"
import { print, printError, printJson, table } from "./output.ts"
import { codeLayer } from "./services.ts"
import { loadType } from "./stages.ts"
import { storedEnding } from "./stored-ending.ts"
import { UsageError } from "./UsageError.ts"

export interface CallChoices extends TypedParams {
  /** A built-in stage type, or a file that starts with `.` or `/`. */
  readonly stage: string
  /** Files by port; several for a port that takes many, separated by commas. */
  readonly inputs: { readonly [port: string]: string }
  readonly out: Option.Option<string>
  readonly json: boolean
}

/** Runs a stage type in this process; nothing is cached. */
export const call = (choices: CallChoices) =>
  Effect.gen(function* () {
    const { file, source, type } = yield* loadType(choices.stage)
    const { device, params } = yield* readParams(type, file, yield* givenParams(type, choices))
    const inputs = yield* readInputs(type, choices.inputs)
    optimise()
    const sinks = { onProgress: () => {}, onLog: ({ message }: LogLine) => printError(message) }
    const outcome = yield* Effect.result(
      Effect.flatMap(openFor(device, file), (backend) =>
        onBackend(backend)(runStage(type, { params, inputs }, sinks)).pipe(
          Effect.catchDefect((error) => Effect.fail(thrown(source, error)))
        )
      )
    )
    if (Result.isFailure(outcome)) return fail(type, outcome.failure)
    const { outputs, metrics } = outcome.success
    const files = Option.isNone(choices.out)
      ? []
      : yield* writeOutputs(choices.out.value, type.outputs, outputs, metrics)
    if (choices.json) printJson({ stage: type.name, params, metrics, files })
    else print(yield* describeOutputs(type, outputs, metrics, files))
    const status: ExitStatus = EXIT.success
    return status
  }).pipe(Effect.provide(codeLayer))

const fail = (type: StageType, { tag, message }: AttemptFailed): ExitStatus => {
  printError(`${type.name} failed: ${message} (${tag})`)
  return EXIT.stageFailed
}

const readParams = Effect.fnUntraced(function* (
  type: StageType,
  source: string,
  { value, template, texts }: GivenParams
) {
  const { span } = template
  const document: StageDocument = {
    id: type.name,
    idSpan: span,
    view: undefined,
    uses: { value: type.name, span },
    with: template,
    command: undefined,
    matrix: undefined,
    when: undefined,
    inputs: [],
    retries: undefined,
    timeout: undefined,
    backend: undefined,
    resources: undefined
  }
  const decoded = decodeParams(document, type, value, limited)
  const refused = (diagnostics: ReadonlyArray<Diagnostic>) => new PipelineInvalid({ diagnostics, texts })
  if (Result.isFailure(decoded)) return yield* refused(decoded.failure)
  const { backends: usable, params } = decoded.success
  const reads = new Reads()
  const surroundings = { reads, environment: process.env, backends: backendsFor(yield* Host, reads) }
  const device =
    usable === undefined
      ? Result.succeed(PROCESSOR)
      : yield* chooseDevice({ document, type, code: { file: source } }, { usable, named: undefined }, surroundings)
  if (Result.isFailure(device)) return yield* refused(device.failure)
  const known = yield* Effect.orDie(Schema.decodeUnknownEffect(type.params)(inCanonicalOrder(params)))
  return { device: device.success, params: known }
})

const readInputs = Effect.fnUntraced(function* (type: StageType, given: { readonly [port: string]: string }) {
  const known = Object.keys(type.inputs)
  for (const port of Object.keys(given)) {
    if (known.includes(port)) continue
    const close = nearest(port, known)
    const takes = known.length === 0 ? "it takes none" : `it takes: ${known.join(", ")}`
    const hint = close === undefined ? takes : `did you mean "${close}"?`
    return yield* new UsageError({ reason: `${type.name} has no input "${port}"; ${hint}` })
  }
  const values: Record<string, unknown> = {}
  for (const [port, declaration] of Object.entries(type.inputs)) {
    const { kind, arity } = ofDeclaration(declaration)
    const file = given[port]
    if (file === undefined) {
      if (arity === "one") return yield* new UsageError({ reason: `${type.name} needs --input ${port}=FILE (${kind})` })
      if (arity === "many") values[port] = []
    } else if (arity !== "many") values[port] = yield* readForeign(kind, file)
    else {
      values[port] = yield* Effect.forEach(file.split(","), (item, index) =>
        Effect.map(readForeign(kind, item), (value) => ({ matrix: { index }, value }))
      )
    }
  }
  return values as InputValues<Record<string, never>>
})

type Outputs = { readonly [port: string]: ReadonlyArray<MadeFile> }

/** `DIR/port.npy` and so on; a Directory becomes a folder of the port's name. */
const writeOutputs = Effect.fnUntraced(function* (
  folder: string,
  kinds: StageType["outputs"],
  outputs: Outputs,
  metrics: { readonly [name: string]: number }
) {
  const written: Array<string> = []
  for (const [port, files] of Object.entries(outputs)) {
    const kind = kinds[port] ?? "Directory"
    for (const { path, bytes } of files) {
      const name = kind === "Directory" ? `${port}/${path}` : `${port}${storedEnding({ kind, files })}`
      written.push(join(folder, name))
      yield* writeDurably(join(folder, name), bytes)
    }
  }
  yield* writeDurably(join(folder, "metrics.json"), `${JSON.stringify(metrics, null, 2)}\n`)
  return [...written, join(folder, "metrics.json")]
})

const describeOutputs = (
  type: StageType,
  outputs: Outputs,
  metrics: { readonly [name: string]: number },
  files: ReadonlyArray<string>
) =>
  Effect.gen(function* () {
    const rows: Array<ReadonlyArray<string>> = []
    for (const [port, kind] of Object.entries(type.outputs)) {
      const value = yield* Effect.fromResult(Codec.decode(kind, outputs[port] ?? []))
      rows.push([port, kind, describe(kind, value)])
    }
    for (const [name, value] of Object.entries(metrics)) rows.push([name, "metric", String(value)])
    return [table(rows), ...files.map((file) => `wrote ${file}`)].join("\n")
  })
