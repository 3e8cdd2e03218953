import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { buildStage, problemsOf, stageAround } from "./stage-project.ts"

describe("a stage is refused", () => {
  it.effect.each<readonly [string, string]>([
    ["new URL(file, import.meta.url)", '() => new URL("./data.bin", import.meta.url)'],
    ["a path from import.meta", "() => import.meta.dirname"],
    ["import() of a computed name", "(n: string) => import(n)"],
    ["require", '() => require("./a.json")'],
    ["eval", '() => eval("1")'],
    ["new Function", '() => new Function("return 1")'],
    ["the constructor of functions", '() => (() => 1).constructor("return 1")'],
    ["the same, constructed", '() => new ((() => 1).constructor as any)("return 1")'],
    ["the same, kept", '() => { const make: any = (() => 1).constructor; return make("return 1") }'],
    ["the environment", "() => process.env.HOME"],
    ["the environment in other words", '() => process["env"]'],
    ["the working directory", "() => process.cwd()"],
    ["the global object", "() => globalThis.process"],
    ["the other name of the global object", "() => global.process"],
    ["its folder", "() => __dirname"],
    ["the network", '() => fetch("https://example.org")'],
    ["Math.random", "() => Math.random()"],
    ["Math.random in other words", '() => Math["random"]()'],
    ["Math.random by its own name", "() => { const { random } = Math; return random() }"],
    ["crypto.randomUUID", "() => crypto.randomUUID()"],
    ["Date.now", "() => Date.now()"],
    ["new Date()", "() => new Date()"],
    ["Date()", "() => Date()"],
    ["Date under another name", "() => { const D = Date; return new D() }"],
    ["Math under another name", "() => { const m = Math; return m.random() }"],
    ["Math with a computed member", '(n: number, f: "sin" = "sin") => Math[f](n)'],
    ["Math as an argument", "() => Object.keys(Math)"],
    ["what is left of Math", "() => { const { abs, ...rest } = Math; return [abs, rest] }"],
    ["a date of the machine's time zone", "() => new Date(2026, 0, 1).getTime()"],
    ["a date of an unknown text", "(n: any) => new Date(n).getTime()"],
    ["a date of a text without a zone", '() => new Date("2026-01-01T00:00").getTime()'],
    ["Date.parse of a text without a zone", '() => Date.parse("2026-01-01 00:00")'],
    ["the hours of the machine's time zone", "() => new Date(0).getHours()"],
    ["performance", "() => performance.now()"],
    ["performance under another name", "() => { const p = performance; return p.now() }"],
    ["crypto under another name", "() => { const c = crypto; return c.randomUUID() }"],
    ["what tells when memory is freed", "() => new WeakRef({}).deref()"],
    ["a channel to other threads", '() => new BroadcastChannel("a")'],
    ["the text of a date", "() => String(new Date(0))"],
    ["the text of a date within another", "() => `on ${new Date(0)}`"],
    ["the sum of a date and a text", '() => { const day = new Date(0); return day + "" }'],
    ["the text of a date that it asks for", "() => new Date(0).toString()"],
    ["the text of a list with a date", '() => [1, new Date(0)].join(" ")'],
    ["memory that was used before", "() => Buffer.allocUnsafe(64)"],
    ["the same by its own name", "() => { const { allocUnsafe } = Buffer; return allocUnsafe(64) }"],
    ["the time of an event", '() => new Event("x").timeStamp'],
    ["the time of a file", '() => new File(["a"], "x").lastModified'],
    ["the stack of an error", '() => new Error("x").stack'],
    ["the stack of an error that it keeps", '() => { const e = new TypeError("x"); return e.stack }'],
    ["a stack of its own", "() => { const o = {}; Error.captureStackTrace(o); return o }"],
    ["a constructor out of a pattern", '() => (({ constructor: c }: any) => c)(() => 0)("return 1")()'],
    ["a constructor by reflection", '() => Reflect.get(() => 0, "con" + "structor")("return 1")()'],
    [
      "a constructor out of its description",
      '() => Object.getOwnPropertyDescriptor(Object.getPrototypeOf(() => 0), "constructor")'
    ],
    ["Intl", "() => new Intl.NumberFormat().format(1)"],
    ["a comparison in the machine's language", '() => "a".localeCompare("b")']
  ])("that uses %s", ([, compute]) =>
    Effect.gen(function* () {
      const [problem, ...others] = yield* problemsOf({ "stage.ts": stageAround("", compute), "a.json": "1" })
      assert.match(problem ?? "", /^stage\.ts:5:\d+ .+: .+/u)
      assert.deepStrictEqual(others, [])
    })
  )

  it.effect.each<readonly [string, string, string]>([
    ["node:fs", 'import { readFileSync } from "node:fs"', '() => readFileSync("/etc/hostname")'],
    ["fs without its prefix", 'import { readFileSync } from "fs"', '() => readFileSync("/etc/hostname")'],
    ["fs as a whole", 'import * as fs from "node:fs/promises"', '() => fs.readFile("/etc/hostname")'],
    ["fs by default", 'import fs from "node:fs"', '() => fs.readFileSync("/etc/hostname")'],
    ["child_process", 'import { execSync } from "node:child_process"', '() => execSync("ls")'],
    ["net", 'import { connect } from "node:net"', "() => connect(80)"],
    ["createRequire", 'import { createRequire } from "node:module"', '() => createRequire("/")'],
    ["random bytes", 'import { randomBytes } from "node:crypto"', "() => randomBytes(3)"],
    ["random bytes of the whole", 'import * as c from "node:crypto"', "() => c.randomBytes(3)"],
    ["random bytes of the default", 'import c from "node:crypto"', "() => c.randomBytes(3)"],
    ["a whole module of randomness", 'import * as c from "node:crypto"', "() => Object.keys(c)"],
    ["Effect's clock", 'import { Clock } from "effect"', "() => Clock.currentTimeMillis"],
    ["the time that Effect takes", "", "() => Effect.timed(Effect.void)"],
    ["the date by Effect", 'import { DateTime } from "effect"', "() => DateTime.now"],
    ["the machine's time zone by Effect", 'import { DateTime } from "effect"', "() => DateTime.zoneMakeLocal()"],
    ["a random hash", 'import { Hash } from "effect"', "() => Hash.random({})"],
    ["the hash of a function", 'import { Hash } from "effect"', "() => Hash.hash(() => 1)"],
    ["the order of functions", 'import { HashSet } from "effect"', "() => [...HashSet.make(() => 1, () => 2)]"],
    ["Effect's randomness", 'import { Random } from "effect"', "() => Random.next"],
    ["Effect's configuration", 'import { Config } from "effect"', '() => Config.String("HOME")']
  ])("that uses %s", ([, head, compute]) =>
    Effect.gen(function* () {
      const problems = yield* problemsOf({ "stage.ts": stageAround(head, compute) })
      assert.lengthOf(problems, 1)
      assert.match(problems[0] ?? "", /^stage\.ts:5:\d+ .+: .+/u)
    })
  )

  it.effect.each<readonly [string, string, boolean]>([
    ['import { tf } from "athanor/compute"', "() => tf.randomNormal([2])", true],
    ['import { tf } from "athanor/compute"', '() => tf.randomNormal([2], 0, 1, "float32", 7)', false],
    ['import tf from "@tensorflow/tfjs"', "() => tf.dropout(tf.ones([2]), 0.5)", true],
    ['import * as tf from "@tensorflow/tfjs"', "() => tf.multinomial([0.5, 0.5], 3)", true],
    ['import { randomUniform } from "@tensorflow/tfjs"', "() => randomUniform([2], 0, 1)", true],
    ['import { tf } from "athanor/compute"', "() => tf.util.shuffle([1, 2])", true],
    ['import { util } from "@tensorflow/tfjs"', "() => util.createShuffledIndices(3)", true],
    ['import { tf } from "athanor/compute"', '() => tf.randomNormal([2], 0, 1, "float32", 0)', true],
    ['import { tf } from "athanor/compute"', '() => tf.randomNormal([2], 0, 1, "float32", undefined)', true],
    ['import { tf } from "athanor/compute"', "(n: number) => tf.multinomial([0.5, 0.5], 3, n)", false],
    ['import { tf } from "athanor/compute"', "() => tf.layers.dropout({ rate: 0.5 })", true],
    ['import * as tf from "@tensorflow/tfjs"', "(seed: number) => tf.layers.dropout({ rate: 0.5, seed })", false],
    ['import { tf } from "athanor/compute"', "(n: object) => tf.layers.dropout({ rate: 0.5, ...n })", false],
    ['import { tf } from "athanor/compute"', "() => tf.initializers.orthogonal()", true],
    ['import { initializers } from "@tensorflow/tfjs"', "() => initializers.heNormal({ seed: 3 })", false],
    ['import { tf } from "athanor/compute"', "() => tf.initializers.zeros()", false],
    ['import { tf } from "athanor/compute"', "(n: number) => tf.rand([n], () => n)", false],
    ['import { tf } from "athanor/compute"', "(n: number) => tf.ones([n])", false]
  ])("that draws by TensorFlow.js without a seed: %s, %s", ([head, compute, isRefused]) =>
    Effect.gen(function* () {
      const stage = stageAround(head, compute).replace('"bitwise"', "{ tolerance: 1 }")
      const problems = isRefused ? yield* problemsOf({ "stage.ts": stage }) : []
      if (isRefused)
        assert.match(problems.join("\n"), /^stage\.ts:5:\d+ [\w.]+ without a seed: .*athanor\/math\/random$/u)
      else yield* buildStage({ "stage.ts": stage })
    })
  )

  it.effect("for import() of a module of Node", () =>
    Effect.gen(function* () {
      const problems = yield* problemsOf({ "stage.ts": stageAround("", '() => import("node:fs")') })
      assert.deepStrictEqual(problems, [
        "stage.ts:5:23 node:fs reaches outside: a stage reads its inputs and returns its outputs"
      ])
    })
  )

  it.effect("at the place in the file where it stands, with all places at once", () =>
    Effect.gen(function* () {
      const problems = yield* problemsOf({
        "stage.ts": stageAround('import { noise } from "./noise.ts"', "(n: number) => noise(n) + Date.now()"),
        "noise.ts": "\n/** Noise. */\nexport const noise = (n: number) =>\n  n * Math.random()\n"
      })
      assert.deepStrictEqual(problems.map((problem) => problem.split(" ")[0]).toSorted(), [
        "noise.ts:4:7",
        "stage.ts:5:43"
      ])
    })
  )

  it.effect.each<readonly [string, string, string]>([
    ["a file that is not there", 'import "./gone.ts"', "stage.ts:1:8 there is no file ./gone.ts"],
    [
      "a file without its ending",
      'import { a } from "./a"',
      "stage.ts:1:19 there is no file ./a: did you mean ./a.ts?"
    ],
    [
      "the file that a compiler would make",
      'import { a } from "./a.js"',
      "stage.ts:1:19 there is no file ./a.js: did you mean ./a.ts?"
    ],
    ["a folder", 'import { a } from "./lib"', "stage.ts:1:19 there is no file ./lib: did you mean ./lib/index.ts?"],
    [
      "a module by URL",
      'import a from "file:///tmp/a.js"',
      'stage.ts:1:15 "file:///tmp/a.js" is neither a package nor a relative path: only those can be identified'
    ],
    [
      "a module by absolute path",
      'import a from "/tmp/a.js"',
      'stage.ts:1:15 "/tmp/a.js" is neither a package nor a relative path: only those can be identified'
    ],
    [
      "a name that a package defines",
      'import a from "#a"',
      'stage.ts:1:15 "#a" is neither a package nor a relative path: only those can be identified'
    ],
    [
      "data that it cannot hold",
      'import a from "./a.png"',
      'stage.ts:1:15 files ending in ".png" cannot be imported by a stage: make it an input'
    ],
    [
      "a part of effect",
      'import * as Option from "effect/Option"',
      'stage.ts:1:1 effect/Option: import from "effect", which all stages share'
    ],
    ["a syntax error", "const = 3", 'stage.ts:1:7 Expected identifier but found "="']
  ])("that imports %s", ([, head, expected]) =>
    Effect.gen(function* () {
      const files = { "a.ts": "export const a = 1", "lib/index.ts": "export const a = 1", "a.png": "" }
      const use = head.includes("Option") ? "() => Option.none()" : "() => a"
      const problems = yield* problemsOf({ ...files, "stage.ts": stageAround(head, use) })
      assert.strictEqual(problems[0], expected)
    })
  )

  it.effect("that has no default export", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problemsOf({ "stage.ts": "export const a = 1" }), [
        "it has no default export: export default StageType.make({ … })"
      ])
    })
  )

  it.effect("whose package is not installed", () =>
    Effect.gen(function* () {
      const files = { "stage.ts": stageAround('import { a } from "no-such-package"', "() => a") }
      assert.deepStrictEqual(yield* problemsOf(files), ['the package "no-such-package" is not installed'])
    })
  )
})

describe("a stage is accepted", () => {
  it.effect.each<readonly [string, string, string]>([
    ["hashes", 'import { createHash } from "node:crypto"', '() => createHash("sha256").update("a").digest("hex")'],
    [
      "makes dates of moments",
      "",
      "(n: number) => [new Date(0), new Date(Date.UTC(2026)), new Date(Number(n)), new Date(-1)]"
    ],
    ["makes dates of full texts", "", '() => [new Date("2026-01-01"), Date.parse("2026-01-01T00:00:00Z")]'],
    [
      "writes dates",
      "",
      '() => `${new Date(0).toISOString()} ${[new Date(0).getTime()].join()} ${new Date(0).getTime() + ""}`'
    ],
    ["hashes texts", 'import { Hash, HashSet } from "effect"', '() => [Hash.hash("a"), ...HashSet.make("a", "b")]'],
    [
      "has a stack of its own",
      "",
      "() => { const stack = { stack: [1] }; return [stack.stack.join(), new (class { constructor() {} })()] }"
    ],
    ["recognises dates", "", "(n: unknown) => n instanceof Date"],
    [
      "takes exact functions out of Math",
      "",
      "(n: number) => { const { abs, sqrt: root } = Math; return abs(root(n)) }"
    ],
    ["names its language", "", '() => "a".localeCompare("b", "en")'],
    ["has a local called process", "", "() => { const process = { env: { A: 1 } }; return process.env.A }"],
    ["has a field called eval", "", "() => ({ eval: 1, require: 2, fetch: 3 }).eval"],
    ["has a class with a member called Date", "", "() => new (class { Date = 1 })().Date"],
    [
      "does not reach what is refused",
      'import { readFileSync } from "node:fs"\nexport const load = Effect.fn("load")(() => Effect.sync(() => readFileSync("x")))',
      "() => 1"
    ]
  ])("that %s", ([, head, compute]) => buildStage({ "stage.ts": stageAround(head, compute) }))
})
