import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { vi } from "vitest"
import type { StageRequest } from "../../../core/run/Executor.ts"
import { executeStage, runStage } from "../../../core/run/execute-stage.ts"
import * as Device from "../../../core/stage/Device.ts"
import * as Metric from "../../../core/stage/Metric.ts"
import * as Progress from "../../../core/stage/Progress.ts"
import * as StageType from "../../../core/stage/StageType.ts"
import { digest } from "../store/sample-store.ts"

// Bundles are imported in workers, by a hook of Node: here a bundle is one of two types, or cannot be loaded.
vi.mock("../../../core/code/import-stage.ts", async () => {
  const { codeError } = await import("../../../core/code/CodeError.ts")
  return {
    importStage: ({ file }: { readonly file: string }) =>
      file === "half.ts"
        ? Effect.succeed(HALF)
        : file === "open.ts"
          ? Effect.succeed(OPEN)
          : codeError(file, "it cannot be loaded: gone")
  }
})

class Odd extends Schema.TaggedError<Odd>()("Odd", { n: Schema.Int }) {
  override get message(): string {
    return `${this.n} is odd`
  }
}

const HALF = StageType.make({
  name: "test/half",
  summary: "Half of a number",
  determinism: "bitwise",
  params: Schema.Struct({
    n: Schema.Int,
    // Decoded values differ from what a plan holds.
    words: Schema.Array(Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed(["none"])))
  }),
  inputs: { plus: "Json" },
  outputs: { half: "Json", list: "Tensor" },
  run: ({ params: { n, words }, inputs }) =>
    Effect.gen(function* () {
      if (n % 2 !== 0) return yield* new Odd({ n })
      yield* Progress.steps(n, "halves", () => {})
      for (const device of yield* Device.Assigned) yield* Effect.logInfo(`on ${device}`)
      yield* Metric.record("half", n / 2)
      yield* Metric.record("half", n / 2 + Number(inputs.plus))
      yield* Metric.record("ratio", n)
      yield* Metric.record("ratio", n / 0)
      yield* Metric.record("back", n / 0)
      yield* Metric.record("back", n)
      const data = Float64Array.of(n / 2)
      return { half: { value: n / 2, words }, list: { shape: n === 4 ? [7] : [1], data } }
    })
})

/** Gives back what it is given, in its order. */
const OPEN = StageType.make({
  name: "test/open",
  summary: "Its parameters as text",
  determinism: "bitwise",
  params: Schema.Struct({ open: Schema.Record(Schema.String, Schema.Json) }),
  inputs: {},
  outputs: { text: "Json" },
  run: ({ params }) => Effect.succeed({ text: JSON.stringify(params.open) })
})

const request = (params: StageRequest["params"], more: Partial<StageRequest> = {}): StageRequest => ({
  _tag: "Stage",
  task: "a",
  attempt: 1,
  devices: [],
  code: { file: "half.ts", bundle: digest("half"), bundleFile: "half.js" },
  params,
  inputs: {
    plus: {
      _tag: "One",
      kind: "Json",
      files: [
        {
          path: "value.json",
          digest: digest("10"),
          bytes: 2,
          content: { _tag: "Inline", base64: Buffer.from("10").toString("base64") }
        }
      ]
    }
  },
  outputs: { half: "Json", list: "Tensor" },
  ...more
})

/** What an attempt gives, and what it said on the way. */
const execution = (asked: StageRequest) =>
  Effect.gen(function* () {
    const said: Array<string> = []
    const sinks = {
      onProgress: ({ done, total }: Progress.ProgressReport) => void said.push(`${done}/${total}`),
      onLog: ({ level, message }: { readonly level: string; readonly message: string }) =>
        void said.push(`${level}: ${message}`)
    }
    const result = yield* executeStage(asked, sinks)
    return { ...result, said }
  })

const failure = (asked: StageRequest) => Effect.flip(execution(asked))

describe("executeStage", () => {
  it.effect("decodes parameters, opens inputs, and hands over outputs in their stored form", () =>
    Effect.gen(function* () {
      const { outputs } = yield* execution(request({ n: 6 }))
      assert.deepStrictEqual(Object.keys(outputs), ["half", "list"])
      assert.deepStrictEqual(
        outputs["half"]?.map(({ path, bytes }) => [path, JSON.parse(Buffer.from(bytes).toString())]),
        [["value.json", { value: 3, words: ["none"] }]]
      )
      assert.deepStrictEqual(
        outputs["list"]?.map(({ path }) => path),
        ["tensor.npy"]
      )
    })
  )

  it.effect("shows a stage its parameters in the order of the key, whatever that of the file is", () =>
    Effect.gen(function* () {
      const open = { b: 1, a: [{ y: 2, x: { d: 3, c: 4 } }] }
      const code = { ...request({}).code, file: "open.ts" }
      const { outputs } = yield* execution(request({ open }, { code, inputs: {}, outputs: { text: "Json" } }))
      const [file] = outputs["text"] ?? []
      assert(file !== undefined)
      assert.strictEqual(JSON.parse(Buffer.from(file.bytes).toString()), '{"a":[{"x":{"c":4,"d":3},"y":2}],"b":1}')
    })
  )

  it.effect(
    "passes progress on, keeps the last value of a metric, also one that is not finite, and warns of that",
    () =>
      Effect.gen(function* () {
        const { metrics, notFinite, said } = yield* execution(request({ n: 6 }))
        assert.deepStrictEqual([metrics, notFinite], [{ half: 13, back: 6 }, { ratio: "Infinity" }])
        assert.deepStrictEqual(said, [
          "0/6",
          "6/6",
          "warning: metric ratio is Infinity",
          "warning: metric back is Infinity"
        ])
      })
  )

  it.effect("tells a stage which devices it has for itself", () =>
    Effect.gen(function* () {
      const { said } = yield* execution(request({ n: 6 }, { devices: ["1", "GPU-7"] }))
      assert.includeMembers(said, ["info: on 1", "info: on GPU-7"])
    })
  )

  it.effect.each<readonly [string, StageRequest, string, RegExp]>([
    ["the stage's own error", request({ n: 5 }), "Odd", /^5 is odd$/u],
    [
      "a bundle that cannot be loaded",
      request({ n: 2 }, { code: { ...request({}).code, file: "gone.ts" } }),
      "CodeError",
      /gone/u
    ],
    ["parameters that the stage does not take", request({ n: "six" }), "ParamsInvalid", /n/u],
    [
      "an input that is damaged",
      request({ n: 2 }, { inputs: { plus: { _tag: "One", kind: "Json", files: [] } } }),
      "InputUnreadable",
      /input "plus"/u
    ],
    ["an output that is not of its kind", request({ n: 4 }), "OutputInvalid", /^output "list": Tensor: shape 7/u]
  ])("names %s in its failure", ([, asked, tag, words]) =>
    Effect.gen(function* () {
      const error = yield* failure(asked)
      assert.strictEqual(error._tag, "AttemptFailed")
      assert.strictEqual(error.tag, tag)
      assert.match(error.message, words)
    })
  )

  it.effect("keeps the stack of the stage's error for the journal", () =>
    Effect.map(failure(request({ n: 5 })), ({ detail }) => assert.include(detail, "execute-stage.test.ts"))
  )
})

describe("runStage", () => {
  it.effect("refuses a stage that leaves out one of its outputs", () =>
    Effect.gen(function* () {
      const type = StageType.make({
        ...HALF,
        run: () => Effect.succeed({ half: 1 } as never)
      }) as unknown as StageType.StageType
      const error = yield* Effect.flip(
        runStage(type, { params: { n: 2 }, inputs: {} }, { onProgress: () => {}, onLog: () => {} })
      )
      assert.strictEqual(error.tag, "OutputInvalid")
      assert.match(error.message, /^output "list": /u)
    })
  )
})
