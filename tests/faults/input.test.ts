/** Pipeline files that mean harm, or are none: each is refused before anything comes of it. */
import { spawnSync } from "node:child_process"
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Result } from "effect"
import { assert, vi } from "vitest"
import type { Diagnostic } from "../../core/document/Diagnostic.ts"
import { decode } from "../../core/document/decode.ts"
import { fileText } from "../../core/document/file-text.ts"
import { renderDiagnostics } from "../../core/document/render-diagnostics.ts"
import { type ParamChoices, resolveParams } from "../../core/document/resolve-params.ts"
import { expandMatrix } from "../../core/plan/expand-matrix.ts"
import { makeFolder } from "../core/code/stage-project.ts"
import { faultRow } from "./fault-row.ts"

vi.mock("../../core/fault/hooks.ts", () => import("./hooks.ts"))

const STAGES = "stages: { a: { uses: x/y } }\n"

const complaintsOf = (text: string): ReadonlyArray<Diagnostic> => {
  const decoded = Result.try(() => decode("p.yaml", text))
  if (Result.isFailure(decoded)) return assert.fail(`decoding throws ${decoded.failure}`)
  return Result.isSuccess(decoded.success) ? [] : decoded.success.failure.diagnostics
}

const placed = ({ message, span }: Diagnostic): string => `${span.line}:${span.column} ${message}`

/** Every complaint about a text begins like one of these, and each of these has one. */
const assertRefused = (text: string, ...starts: ReadonlyArray<string>): void => {
  const found = complaintsOf(text).map(placed)
  for (const start of starts) {
    assert.isTrue(
      found.some((line) => line.startsWith(start)),
      `${JSON.stringify(text.slice(0, 300))} has no complaint ${start} but\n${found.join("\n")}`
    )
  }
  assert.isNotEmpty(found)
}

/** Milliseconds of the processor, within which a bad file is known to be one: three times what it takes, or more. */
const SOON = 2000

/** The same of what is as large as may be, and of all the steps that expressions may take together. */
const LARGEST = 3000
const ALL_STEPS = 5000

const assertSoon = (work: () => void, limit = SOON): void => {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  assert.isBelow((user + system) / 1000, limit)
}

/** Paths that lead out of their folder, as YAML has them in double quotes. */
const OUTSIDE = ["../x.csv", "a/../../x.csv", "/etc/passwd", "~/x", "C:/x", "..\\\\x", "\\\\\\\\host\\\\x", "a\\0/b"]

/** Paths that some system does not take, or takes for others. */
const UNFIT = [
  ...["a\\\\b.csv", "CON", "con.csv", "out/NUL", "aux.txt", "COM1.csv", "lpt9", "a./b.csv", "b.csv.", "c.csv "],
  ...[
    "a\\u202eb.csv",
    "a\\eb.csv",
    "a\\nb.csv",
    "a\\u200fb.csv",
    `${"x".repeat(256)}.csv`,
    "é".repeat(128),
    "x/".repeat(2100)
  ]
]

/** Everything of a file that a path can stand in. */
const places = (path: string): ReadonlyArray<readonly [text: string, place: string]> => [
  [`name: p\n${STAGES}sources: { s: { path: "${path}", kind: Table } }\n`, "3:23 source"],
  [`name: p\n${STAGES}outputs: { "${path}": a.x }\n`, "3:12 outputs: "],
  [`name: p\n${STAGES}include: ["${path}"]\n`, "3:11 include: "],
  [`name: p\n${STAGES}include: [{ file: "${path}", as: x }]\n`, "3:19 include: "],
  [`name: p\n${STAGES}paramsFrom: "${path}"\n`, "3:13 paramsFrom: "],
  [`name: p\nstages:\n  a: { uses: command, run: [x], files: ["${path}"] }\n`, '3:41 stage "a": files: '],
  [`name: p\nstages:\n  a: { uses: command, run: [x], outputs: { o: { path: "${path}", kind: Table } } }\n`, "3:55 "]
]

faultRow(
  {
    fault: "`..`, absolute, NUL, backslash, reserved or overlong names in YAML: paths",
    expected: "refused at decode with line and column",
    protections: ["check-paths", "keep-in-folder"]
  },
  () => {
    for (const path of [...OUTSIDE, ...UNFIT]) for (const [text, place] of places(path)) assertRefused(text, place)
    assertRefused(`name: p\nstages: { a: { uses: "./a\\0.ts" } }\n`, '2:22 stage "a": ')
    assertRefused(`name: p\nstages: { a: { uses: ./con.ts } }\n`, '2:22 stage "a": ')
    // Of one file there are several names: whatever their case, and however their accents are written.
    assertRefused(`name: p\n${STAGES}outputs: { é.csv: a.x, É.csv: a.y }\n`, "3:24 outputs: ")
    assertRefused(`name: p\n${STAGES}outputs: { "\\u00e9.csv": a.x, "e\\u0301.csv": a.y }\n`, "3:31 outputs: ")
  }
)

faultRow(
  {
    fault: "`..`, absolute, NUL, backslash, reserved or overlong names in YAML: names",
    expected: "refused at decode with line and column",
    protections: ["check-paths"]
  },
  () => {
    for (const name of [
      "..",
      "/x",
      "a\\0",
      "a\\\\b",
      "x".repeat(65),
      "a\\u202e",
      ".x",
      "-rf",
      ";$(x)",
      "e\\u0301",
      "a b",
      ""
    ]) {
      assertRefused(`name: "${name}"\n${STAGES}`, "1:7 name")
      assertRefused(`name: p\nparams: { "${name}": 1 }\n${STAGES}`, "2:11 ")
      assertRefused(`name: p\nstages: { "${name}": { uses: x/y } }\n`, "2:11 ")
      assertRefused(`name: p\nprofiles: { "${name}": {} }\n${STAGES}`, "2:13 ")
      assertRefused(`name: p\nsources: { "${name}": { path: x, kind: Table } }\n${STAGES}`, "2:12 ")
      assertRefused(`name: p\nstages: { a: { uses: x/y, matrix: { "${name}": [1] } } }\n`, "2:37 ")
      // Of a command the names of its ports become those of files.
      assertRefused(`name: p\nstages: { a: { uses: command, run: [x], inputs: { "${name}": b.o } } }\n`, "2:51 ")
      assertRefused(
        `name: p\nstages: { a: { uses: command, run: [x], outputs: { "${name}": { path: x, kind: Json } } } }\n`,
        "2:52 "
      )
    }
    for (const name of ["CON", "nul", "Com1"]) {
      assertRefused(`name: ${name}\n${STAGES}`, "1:7 name: ")
      assertRefused(`name: p\nstages: { a: { uses: command, run: [x], inputs: { ${name}: b.o } } }\n`, "2:51 ")
    }
  }
)

faultRow({ fault: "alias bomb", expected: "refused before expansion", protections: ["count-aliases"] }, () => {
  const level = (at: number): string =>
    `  l${at}: &l${at} [${Array.from({ length: 12 }, () => (at === 0 ? "x" : `*l${at - 1}`)).join(", ")}]\n`
  // As deep as takes a moment, and no more, where nobody counts.
  const bomb = `name: p\nparams:\n${Array.from({ length: 5 }, (_, at) => level(at)).join("")}${STAGES}`
  assertSoon(() => assert.isTrue(complaintsOf(bomb)[0]?.message.startsWith("aliases expand to more than")))
})

faultRow({ fault: "deep nesting", expected: "clean error", protections: ["cap-depth"] }, () => {
  for (const text of ["[".repeat(20_000), "{a: ".repeat(20_000), `${"[".repeat(20_000)}${"]".repeat(20_000)}`]) {
    assertSoon(() => assertRefused(`name: p\nparams: { a: ${text}\n`, "2:"))
    assert.match(complaintsOf(`name: p\nparams: { a: ${text}\n`)[0]?.message ?? "", /more than 64 levels/u)
  }
  assertSoon(() => assertRefused(`name: p\nparams:\n${"? ".repeat(20_000)}\n`, "3:"))
  const expression = `${"(".repeat(4000)}1${")".repeat(4000)}`
  assertSoon(() => assertRefused(`name: p\nparams: { a: "\${{ ${expression} }}" }\n${STAGES}`, "2:"))
})

/** So many lines. */
const many = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join("")

faultRow({ fault: "very many keys", expected: "bounded time", protections: ["compare-keys-once"] }, () => {
  // As many as take three times as long as they may where each is compared with each, and not for ever.
  const some = `name: p\nparams:\n${many(26_000, (at) => `  k${at}: 1\n`)}${STAGES}`
  assertSoon(() => assert.isEmpty(complaintsOf(some)))
  const params = `name: p\nparams:\n${many(100_000, (at) => `  k${at}: 1\n`)}`
  assertSoon(() => assertRefused(`${params}  k7: 2\n${STAGES}`, '100003:3 duplicate key "k7"'), LARGEST)
  assertSoon(() =>
    assertRefused(`name: p\n${many(100_000, (at) => `k${at}: 1\n`)}${STAGES}`, "2:1 the pipeline: unknown key")
  )
  assertSoon(() => assertRefused(`name: p\nparams: { l: [${many(100_000, (at) => `${at}, `)}]\n${STAGES}`, "2:9 "))
  // A file that ends in one error after the other.
  assertSoon(() => assertRefused(`name: p\n${"] ".repeat(400_000)}\n`, "2:1 nothing is open"))
  const large = `name: p\ndescription: ${"x".repeat(2_000_000)}\n${STAGES}`
  assertSoon(() => assertRefused(large, "1:1 the file is larger than 2 MB"))
})

faultRow({ fault: "`__proto__`, `constructor` keys", expected: "refused", protections: ["refuse-prototypes"] }, () => {
  for (const key of ["__proto__", "constructor", "prototype", '"__proto__"', "? __proto__\n  "]) {
    assertRefused(`name: p\nparams:\n  ${key}: { polluted: true }\n${STAGES}`, "3:")
    const line = key.startsWith("?") ? "__proto__" : key
    assertRefused(
      `name: p\nstages: { a: { uses: x/y, with: { ${line}: { polluted: true } } } }\n`,
      "2:35 a key cannot be "
    )
    assertRefused(`name: p\nstages: { a: { uses: x/y, matrix: { ${line}: [1] } } }\n`, "2:37 a key cannot be ")
    assertRefused(
      `name: p\nstages: { a: { uses: x/y, with: { b: [{ c: { ${line}: 1 } }] } } }\n`,
      "2:46 a key cannot be "
    )
    assertRefused(`name: p\nenv: { ${line}: "1" }\n${STAGES}`, "2:8 a key cannot be ")
    assertRefused(`${line}: {}\nname: p\n${STAGES}`, "1:1 a key cannot be ")
  }
  assert.notProperty({}, "polluted")
  const choose = (choices: Partial<ParamChoices>): ReadonlyArray<Diagnostic> => {
    const document = Result.getOrThrow(decode("p.yaml", `name: p\nparams: { net: { depth: 1 } }\n${STAGES}`))
    const resolved = resolveParams(document, { profile: undefined, overrides: [], files: [], ...choices })
    return Result.isSuccess(resolved) ? [] : resolved.failure.diagnostics
  }
  for (const key of ["__proto__", "constructor", "net.__proto__", "net.constructor", "net.__proto__.x"]) {
    assert.isNotEmpty(choose({ overrides: [{ key, text: "1" }] }), key)
  }
  assert.isNotEmpty(choose({ overrides: [{ key: "net", text: "{ __proto__: { polluted: true } }" }] }))
  assert.isNotEmpty(choose({ files: [{ file: "more.yaml", text: '{ "net": { "constructor": 1 } }' }] }))
  assertRefused(`name: p\nparams: { a: "\${{ params.__proto__ }}" }\n${STAGES}`, "2:26 ")
})

faultRow(
  {
    fault: "tags (`!!js/function`, `!!binary`, unknown)",
    expected: "error, not a warning",
    protections: ["refuse-tags"]
  },
  () => {
    for (const tag of [
      "!!js/function",
      "!!binary",
      "!!set",
      "!!timestamp",
      "!unknown",
      "!<tag:x,2026:y>",
      "!!str",
      "!"
    ]) {
      assertRefused(`name: p\nparams: { a: ${tag} "x" }\n${STAGES}`, "2:")
    }
  }
)

faultRow(
  {
    fault: "numbers over 2^53, `012`, `no`, dates",
    expected: 'as YAML 1.2: 12, "no", text; large integers refused',
    protections: ["refuse-inexact"]
  },
  () => {
    for (const number of ["9007199254740993", "-9007199254740993", "0x20000000000001", "1e999", ".inf", ".nan"]) {
      assertRefused(`name: p\nparams: { a: ${number} }\n${STAGES}`, "2:14 ")
    }
    const params = "{ a: 012, b: no, c: 2026-01-01, d: 12:30, e: 9007199254740991, f: 0o17, g: on, h: 1_000 }"
    const document = Result.getOrThrow(decode("p.yaml", `name: p\nparams: ${params}\n${STAGES}`))
    const resolved = resolveParams(document, { profile: undefined, overrides: [], files: [] })
    assert.deepStrictEqual(Result.getOrThrow(resolved).params, {
      ...{ a: 12, b: "no", c: "2026-01-01", d: "12:30", e: 9007199254740991, f: 15, g: "on", h: "1_000" }
    })
  }
)

faultRow(
  {
    fault: "no pipeline file: a pipe, a device, a folder, links in a circle, gigabytes",
    expected: "refused before it is read",
    protections: ["look-before-reading"],
    unless: process.platform === "win32" ? "there are no named pipes among the files of this system" : undefined
  },
  () => {
    const folder = makeFolder({ "large.yaml": "" })
    mkdirSync(join(folder, "folder.yaml"))
    symlinkSync("circle.yaml", join(folder, "circle.yaml"))
    truncateSync(join(folder, "large.yaml"), 3 * 2 ** 30)
    spawnSync("mkfifo", [join(folder, "pipe.yaml")])
    const reasonFor = (file: string): string | undefined => {
      const text = fileText(join(folder, file))
      return Result.isFailure(text) ? text.failure : undefined
    }
    assertSoon(() => {
      assert.strictEqual(reasonFor("pipe.yaml"), "it is no file, but a pipe or a device")
      assert.strictEqual(reasonFor("folder.yaml"), "it is a folder, not a file")
      assert.strictEqual(reasonFor("circle.yaml"), "its links lead in a circle")
      assert.strictEqual(reasonFor("large.yaml"), "it is larger than 8 MB")
      assert.strictEqual(reasonFor("missing.yaml"), "there is no such file")
      assert.strictEqual(reasonFor(`${"x".repeat(300)}.yaml`), "the name is too long")
    })
  }
)

faultRow(
  {
    fault: "no text: NUL and control characters, bytes that are no UTF-8, UTF-16",
    expected: "refused with line and column",
    protections: ["refuse-unseen"]
  },
  () => {
    const refused = (bytes: Uint8Array, place: string): void => {
      const folder = makeFolder()
      writeFileSync(join(folder, "p.yaml"), bytes)
      assertRefused(Result.getOrThrow(fileText(join(folder, "p.yaml"))), place)
    }
    refused(Buffer.from(`name: p\ndescription: a\0b\n${STAGES}`), "2:15 U+0000 is no character of a text")
    refused(Buffer.from(`name: p\n# \u001b[2J\n${STAGES}`), "2:3 U+001B")
    refused(
      Buffer.concat([Buffer.from(`name: p\n# ü `), Buffer.of(0xc3, 0x28), Buffer.from(`\n${STAGES}`)]),
      "2:5 this is no UTF-8"
    )
    refused(Buffer.from(`name: p\n# \u00fc\n${STAGES}`, "latin1"), "2:3 this is no UTF-8")
    refused(Buffer.from(`\ufeffname: p\n${STAGES}`, "utf16le"), "1:1 this is no UTF-8")
    assert.isEmpty(complaintsOf(`\ufeffname: p\r\n${STAGES}`))
  }
)

faultRow(
  {
    fault: "expressions that grow: lists, texts, depth, and very many of them",
    expected: "refused at their place, in bounded time",
    protections: ["bound-expressions"]
  },
  () => {
    const refused = (expression: string, words: RegExp): void =>
      assertSoon(() => {
        const document = Result.getOrThrow(
          decode("p.yaml", `name: p\nparams: { a: '\${{ ${expression} }}' }\n${STAGES}`)
        )
        const resolved = resolveParams(document, { profile: undefined, overrides: [], files: [] })
        const [complaint] = Result.isSuccess(resolved) ? [] : resolved.failure.diagnostics
        assert.match(complaint?.message ?? "nothing", words, expression)
        assert.strictEqual(complaint?.span.line, 2)
      })
    refused("range(1e12)", /would make 1000000000000 items/u)
    refused("linspace(0, 1, 1e9)", /would make 1000000000 items/u)
    refused("join(range(100000), str(range(1000)))", /would make a text of/u)
    refused("[[y for y in range(100000)] for x in range(100000)]", /more than 2000000 steps/u)
    refused("10 ** 9999", /is not a finite number/u)
    const heavy = many(200, (at) => `  k${at}: "\${{ len([x for x in range(90000)]) }}"\n`)
    const document = Result.getOrThrow(decode("p.yaml", `name: p\nparams:\n${heavy}${STAGES}`))
    assertSoon(() => {
      const resolved = resolveParams(document, { profile: undefined, overrides: [], files: [] })
      assert.isTrue(Result.isFailure(resolved))
    }, ALL_STEPS)
  }
)

faultRow(
  {
    fault: "a matrix of a billion combinations",
    expected: "refused with the count and its place before any is made",
    protections: ["bound-matrix"]
  },
  () => {
    const axes = "abc".split("").map((name) => `${name}: "\${{ range(1000) }}"`)
    // Of what nobody counts only so much is made that the test ends.
    const small = "abc".split("").map((name) => `${name}: "\${{ range(60) }}"`)
    const expanded = (matrix: ReadonlyArray<string>): ReadonlyArray<string> => {
      const text = `name: p\nstages:\n  s: { uses: x/y, matrix: { ${matrix.join(", ")} } }\n`
      const result = expandMatrix("s", Result.getOrThrow(decode("p.yaml", text)).stages[0]?.matrix, { params: {} })
      return Result.isSuccess(result) ? [] : result.failure.map(placed)
    }
    assert.deepStrictEqual(expanded(small), [
      '3:27 stage "s": the matrix has 216000 combinations (a: 60, b: 60, c: 60); the limit is 100000'
    ])
    assertSoon(() => assert.match(expanded(axes)[0] ?? "", /has 1000000000 combinations/u))
  }
)

/** What a terminal obeys, and what turns the direction of writing. */
const OBEYED = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u

/** Values, and with them the names of tasks, and the output of commands. */
const HOSTILE = `name: p
stages:
  s:
    uses: command
    matrix: { v: ["a\\e[2J\\u202eb"] }
    run: [sh, -c, "printf 'out \\\\033[2J\\\\033]0;t\\\\007 \\\\342\\\\200\\\\256 x\\\\n' | tee /dev/stderr; exit 3"]
  t: { uses: ./stages/bad.ts, matrix: { v: ["a\\e[2J\\u202eb"] } }
`

/** What a stage says of itself, logs and throws. */
const HOSTILE_STAGE = `import { StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
export default StageType.make({
  ...{ name: "x/bad", summary: "s \\u001b[31m\\u001b[2J\\u202e", determinism: "bitwise", params: Schema.Struct({}) },
  ...{ inputs: {}, outputs: { o: "Json" } },
  run: () =>
    Effect.sync(() => {
      console.log("log \\u001b[2J\\u202e")
      throw new Error("message \\u001b[2J\\u202e")
    })
})
`

faultRow(
  {
    fault: "control characters and turned text in names and messages",
    expected: "no terminal sees them",
    protections: ["escape-unseen"]
  },
  () => {
    const text = 'name: "a\u202eb"\nstages: { "c\\e[2J": { uses: x/y }, "d\\u0007": {} }\n'
    const decoded = decode("p.yaml", text)
    const shown = Result.isSuccess(decoded) ? "" : renderDiagnostics(decoded.failure, { color: false })
    assert.include(shown, "p.yaml:1:7")
    assert.notMatch(shown, OBEYED)
  }
)

faultRow(
  {
    fault: "control characters and turned text in names, logs, errors and the output of commands",
    expected: "no terminal sees them",
    protections: ["escape-unseen"],
    unless: process.platform === "win32" ? "there is no sh" : undefined
  },
  ({ project }) => {
    const study = project({ "p.yaml": HOSTILE, "stages/bad.ts": HOSTILE_STAGE })
    const { status, stderr, stdout } = study.run("run", "p.yaml")
    assert.strictEqual(status, 1, stderr)
    assert.include(stderr, "CommandFailed: sh ended with status 3")
    assert.include(stderr, "Defect: message")
    for (const words of [
      [],
      ["runs"],
      ["show", "latest"],
      ["stages", "./stages/bad.ts"],
      ["why", "p.yaml", "s"],
      ["plan", "p.yaml"],
      ["graph", "p.yaml"]
    ]) {
      const told = words.length === 0 ? { stderr, stdout } : study.run(...words)
      assert.notMatch(`${told.stdout}${told.stderr}`, OBEYED, words.join(" "))
      assert.isNotEmpty(`${told.stdout}${told.stderr}`)
    }
  }
)
