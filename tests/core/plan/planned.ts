/** Plans of small documents, with stage types that exist in memory only. */
import { Effect, Layer, Result, Schema } from "effect"
import { assert, vi } from "vitest"
import { CommandCode } from "../../../core/code/CommandCode.ts"
import { StageCode } from "../../../core/code/StageCode.ts"
import type { Diagnostic } from "../../../core/document/Diagnostic.ts"
import { decode } from "../../../core/document/decode.ts"
import type { PipelineDocument } from "../../../core/document/PipelineDocument.ts"
import type { GrowingPlan } from "../../../core/plan/GrowingPlan.ts"
import { makePlan } from "../../../core/plan/make-plan.ts"
import type { Plan, PlanInput, PlanTask } from "../../../core/plan/Plan.ts"
import { many, optional } from "../../../core/stage/Port.ts"
import { Registry } from "../../../core/stage/Registry.ts"
import * as StageType from "../../../core/stage/StageType.ts"
import * as Digest from "../../../core/store/Digest.ts"

// The stored bundle of a stage type is its name here: importing it gives the type of that name.
vi.mock("../../../core/code/import-stage.ts", () => ({
  importStage: ({ file }: { readonly file: string }) => Effect.sync(() => TYPES.find(({ name }) => name === file))
}))

const result = { summary: "", determinism: "bitwise", run: () => Effect.die("not run here") } as const
const defaulted = <A extends Schema.Top>(schema: A, value: A["Encoded"]) =>
  schema.pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

/** Stage types of every shape that plans care about. */
const TYPES: ReadonlyArray<StageType.StageType> = [
  StageType.make({
    ...result,
    name: "make/tensor",
    source: "eq. 1",
    params: Schema.Struct({
      n: defaulted(Schema.Int.check(Schema.isGreaterThan(0)), 1),
      name: defaulted(Schema.String, "x"),
      mode: defaulted(Schema.Literals(["fast", "slow"]), "fast")
    }),
    inputs: {},
    outputs: { out: "Tensor", side: "Json" },
    resources: ({ n }) => ({ cpu: n })
  }),
  StageType.make({
    ...result,
    name: "take/one",
    params: Schema.Struct({}),
    inputs: { in: "Tensor", maybe: optional("Json") },
    outputs: { out: "Tensor" }
  }),
  StageType.make({
    ...result,
    name: "take/many",
    determinism: "libm",
    params: Schema.Struct({}),
    inputs: { all: many("Tensor") },
    outputs: { out: "Json", figure: "Figure" }
  }),
  StageType.make({
    ...result,
    name: "collect/tensors",
    params: Schema.Struct({}),
    inputs: { all: many("Tensor") },
    outputs: { out: "Tensor", side: "Json" }
  }),
  StageType.make({
    ...result,
    name: "check/throwing",
    params: Schema.Struct({
      first: defaulted(Schema.Int, 1),
      second: Schema.String.check(
        Schema.makeFilter((text) => {
          throw new TypeError(`no word for ${text}`)
        })
      )
    }),
    inputs: {},
    outputs: { out: "Tensor" }
  })
] as ReadonlyArray<StageType.StageType>

/** A decoded document; one that cannot be decoded is a mistake of the test. */
export const documentOf = (text: string): PipelineDocument => {
  const document = decode("p.yaml", `name: p\n${text}`)
  if (Result.isFailure(document)) throw new Error(document.failure.message)
  return document.success
}

const services = Layer.mergeAll(
  Layer.succeed(CommandCode, {
    load: ({ named, words }) => {
      const filesIn = (names: Iterable<string>) =>
        [...names]
          .filter((name) => name.endsWith(".py"))
          .map((path) => ({ path, digest: Digest.ofBytes(Buffer.from(path)), bytes: 0, executable: false }))
      const files = filesIn(named)
      const declarations = Object.fromEntries(files.map(({ path, digest }) => [path, digest]))
      return Effect.succeed({
        identity: Digest.ofValue("files", declarations),
        parts: { declarations, packages: {} },
        files,
        own: words.map(filesIn),
        fullPaths: { copied: new Map(), uncopied: [], outside: [] }
      })
    }
  }),
  Layer.succeed(Registry, { files: new Map(TYPES.map(({ name }) => [name, name])) }),
  Layer.succeed(StageCode, {
    looks: () => new Map(),
    load: (file) => {
      const digest = Digest.ofBytes(Buffer.from(file))
      const parts = { declarations: { main: digest }, packages: {} }
      return Effect.succeed({ file, identity: digest, parts, bundle: digest, bundleFile: file })
    }
  })
)

const plan = (text: string, profile?: string) =>
  makePlan(documentOf(text), { profile, overrides: [], files: [] }).pipe(Effect.provide(services))

/** The plan of a document. */
export const planned = async (text: string, profile?: string): Promise<Plan> => (await growing(text, profile)).plan

/** The plan of a document, which grows as lists become known. */
export const growing = (text: string, profile?: string): Promise<GrowingPlan> => Effect.runPromise(plan(text, profile))

/** What is wrong with a document that cannot be planned. */
export const refused = async (text: string): Promise<ReadonlyArray<Diagnostic>> => {
  const error = await Effect.runPromise(Effect.flip(plan(text)))
  return error._tag === "PipelineInvalid" ? error.diagnostics : []
}

/** What the complaints say. */
export const messages = async (text: string): Promise<ReadonlyArray<string>> =>
  (await refused(text)).map(({ message }) => message)

/** The task of a plan that must have it. */
export const task = (plan: Plan, id: string): PlanTask => {
  const found = plan.tasks.find((candidate) => candidate.id === id)
  assert(found !== undefined, `no task ${id}`)
  return found
}

/** Ids of the tasks, or names of the sources, that arrive at a port. */
export const arriving = (plan: Plan, id: string, port: string): ReadonlyArray<string | undefined> => {
  const input: PlanInput | undefined = task(plan, id).inputs[port]
  if (input === undefined) return []
  const origins = input._tag === "One" ? [input.origin] : input.items.map(({ origin }) => origin)
  return origins.map((origin) =>
    origin._tag === "Task" ? plan.tasks[origin.task]?.id : plan.sources[origin.source]?.name
  )
}

/** A matrix stage of two dimensions. */
export const GRID = `  grid:
    uses: make/tensor
    matrix: { width: [10, 20], init: [0, 1] }
    with: { n: "\${{ matrix.width }}" }
`
