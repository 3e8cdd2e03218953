import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Digest from "../../../core/store/Digest.ts"
import { execute, hrefOf } from "./execute-bundle.ts"
import { buildStage, EFFECT, type Files, makeFolder, stageAround, writeFiles } from "./stage-project.ts"

const STAGE = `import { Context, Effect, Schema } from "effect"
import { Metric, Progress, StageType } from "athanor/stage"
import bytes from "./kernel.wasm"

const Own = Context.Reference("test/Own", { defaultValue: () => "own" })

const type = StageType.make({
  name: "test/counting",
  summary: "Counts",
  params: Schema.Struct({ n: Schema.Int }),
  inputs: {},
  outputs: { value: "Json" },
  determinism: "bitwise",
  run: Effect.fn(function* ({ params }) {
    let sum = 0
    yield* Progress.steps(params.n, "steps", (index) => { sum += index })
    yield* Metric.record("sum", sum)
    return { value: [sum, bytes.length, bytes.buffer.byteLength, yield* Own] }
  })
})
export default Object.assign(type, { Effect })
`
const FILES = { "stage.ts": STAGE, "kernel.wasm": new Uint8Array([0, 97, 115, 109, 1]) }

describe("a stored bundle", () => {
  for (const thread of ["main", "worker"] as const) {
    it.effect(
      `runs far from its sources, with the services and the one effect of its host, in a ${thread} thread`,
      () =>
        Effect.gen(function* () {
          const { code } = yield* buildStage(FILES)
          assert.deepStrictEqual(execute(code, { thread }), [
            {
              name: "test/counting",
              outputs: { value: [3, 5, 5, "own"] },
              sameEffect: true,
              metrics: { sum: 3 },
              reports: ["0/3", "3/3"]
            }
          ])
        })
    )
  }

  it.effect("finds its packages from where its sources were, and its effect where the host has it", () =>
    Effect.gen(function* () {
      const packages: Files = {
        "node_modules/alpha/package.json":
          '{ "name": "alpha", "version": "1.0.0", "type": "module", "exports": { ".": "./index.js", "./*": "./*" } }',
        "node_modules/alpha/index.js": "export const a = 42\n",
        "node_modules/alpha/data.json": "[1, 2]",
        "node_modules/effect/package.json": '{ "name": "effect", "version": "0.0.1", "type": "module" }',
        "node_modules/effect/index.js": 'throw new Error("the wrong effect")\n'
      }
      const compute = '() => import("alpha/data.json", { with: { type: "json" } }).then((data) => [a, data.default])'
      const stage = stageAround('import { a } from "alpha"', compute).replace(
        "Effect.succeed({ value: compute(params.n) })",
        "Effect.map(Effect.promise(() => compute(params.n)), (value) => ({ value }))"
      )
      const { code } = yield* buildStage({ ...packages, "stage.ts": stage })
      const [answer] = execute(code, { files: packages })
      assert.deepInclude(answer, { outputs: { value: [42, [1, 2]] } })
    })
  )

  it.effect("does not run the framework's own copy in the place of one that the project has, and that is broken", () =>
    Effect.gen(function* () {
      const packages: Files = {
        "node_modules/@tensorflow/tfjs/package.json": '{ "name": "@tensorflow/tfjs", "version": "4.1.0" }'
      }
      const stage = stageAround('import tf from "@tensorflow/tfjs"', "(n: number) => [n, typeof tf.ones]")
      const { code, parts } = yield* buildStage({ ...packages, "stage.ts": stage })
      assert.property(parts.packages, "@tensorflow/tfjs@4.1.0")
      assert.match(JSON.stringify(execute(code, { files: packages })), /Cannot find .*node_modules\/@tensorflow\/tfjs/u)
      assert.deepInclude(execute((yield* buildStage({ "stage.ts": stage })).code)[0], {
        outputs: { value: [3, "function"] }
      })
    })
  )

  it.effect.each<readonly [string, string, RegExp]>([
    ["whose default export is something else", "export default 3", /default export is no stage type/u],
    [
      "that throws on import, with the place in its source",
      '// One.\n// Two.\nif (Math.abs(1)) throw new Error("no luck")\nexport default 3',
      /stage\.ts:3:2\d it cannot be loaded: no luck/u
    ],
    ["that throws no error on import", 'throw "no luck"\nexport default 3', /"it cannot be loaded: no luck"/u],
    [
      "whose name is malformed",
      stageAround("").replace("test/stage", "Test Stage"),
      /its name "Test Stage" is not of the form family\/name/u
    ],
    [
      "whose determinism is a word of its own",
      stageAround("").replace('"bitwise"', '"sometimes"'),
      /its determinism is the text "sometimes"; it takes "bitwise", "libm" or \{ tolerance: 1e-6 \}/u
    ],
    [
      "whose determinism is misspelt",
      stageAround("").replace('"bitwise"', '"bitwize"'),
      /the text "bitwize"; did you mean "bitwise"\? it takes/u
    ],
    [
      "whose tolerance is no number",
      stageAround("").replace('"bitwise"', "{ tolerance: NaN }"),
      /its determinism is a map whose tolerance is NaN; it takes/u
    ]
  ])("is refused %s", ([, stage, expected]) =>
    Effect.gen(function* () {
      const { code } = yield* buildStage({ "stage.ts": stage })
      const answer = execute(code)
      assert.match(JSON.stringify(answer).replaceAll("\\", ""), expected)
    })
  )

  it.effect("is refused when its modules do not end", () =>
    Effect.gen(function* () {
      const { code } = yield* buildStage({ "stage.ts": stageAround("while (true) {}") })
      assert.deepStrictEqual(execute(code, { limit: 200 }), [
        {
          error: "it cannot be loaded: what stands outside of its functions has not ended after 0.2 s; move it into run"
        }
      ])
    })
  )

  it.effect("is refused when its bytes are not those of its digest", () =>
    Effect.gen(function* () {
      const { code } = yield* buildStage(FILES)
      const folder = makeFolder()
      writeFiles(folder, { "bundle.js": `${code}\n// another line` })
      const digest = Digest.ofBytes(new TextEncoder().encode(code))
      const program = `
        import { installModuleHook, bundleUrl } from "${hrefOf("code/module-hook.ts")}"
        installModuleHook({ effectModule: "${EFFECT}" })
        await import(bundleUrl(${JSON.stringify({ bundle: digest, bundleFile: join(folder, "bundle.js"), file: "/stage.ts" })}))`
      const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" })
      assert.match(stderr, /the stored code [0-9a-f]{12} is damaged/u)
    })
  )
})
