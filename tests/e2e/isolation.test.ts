/** Stages and packages that try to get at the store, at the machine, or at each other. */
import { existsSync, readdirSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { makeProject, type Outcome, type Project } from "./project.ts"

/** A stage type that returns the value of an expression; `how` is its parameter. */
const stage = (expression: string, imports = ""): string => `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"
${imports}
export default StageType.make({
  name: "my/odd",
  summary: "Tries what it should not",
  determinism: "bitwise",
  params: Schema.Struct({ how: Schema.String, target: Schema.String }),
  inputs: {},
  outputs: { out: "Json" },
  run: ({ params: { how, target } }): Effect.Effect<any, any> => Effect.promise(async () => ({ out: (await (${expression})) ?? null }))
})
`

const pipeline = (hows: ReadonlyArray<string>, more = ""): string => `name: odd
params: { target: none }
stages:
  odd:
    uses: ./odd.ts
    matrix: { how: [${hows.join(", ")}] }
    with: { how: "\${{ matrix.how }}", target: "\${{ params.target }}" }
${more}`

const objectsOf = ({ folder }: Project): string => join(folder, "artifacts-cache/objects")

/** What stages plant, if they can. */
const planted = (project: Project): ReadonlyArray<string> =>
  readdirSync(project.folder, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.startsWith("planted"))
    .map(({ name, parentPath }) => join(parentPath, name))

const run = (project: Project, ...more: ReadonlyArray<string>): Outcome =>
  project.run("run", "odd.yaml", "-k", "-j", "1", "-S", `target=${join(objectsOf(project), "planted")}`, ...more)

/** Texts that the rules for stages do not see through. */
const MADE = `const made = (text: string): any => ([] as any)[["const", "ructor"].join("")][["const", "ructor"].join("")](text)`

const ATTACKS: { readonly [what: string]: readonly [expression: string, said: RegExp] } = {
  "makes a function of text": [`made("return 1")()`, /code cannot be made of text/u],
  "makes an asynchronous one": [
    `Object.getPrototypeOf(async () => {})[["const", "ructor"].join("")]("return 1")()`,
    /code cannot be made of text/u
  ],
  "makes a generator of text": [
    `Object.getPrototypeOf(function* () {})[["const", "ructor"].join("")]("yield 1")().next()`,
    /code cannot be made of text/u
  ],
  "reaches process through made code": [
    `made("return process.getBuiltinModule('fs')")()`,
    /code cannot be made of text/u
  ],
  "imports by made code": [
    `made("return " + ["im", "port"].join("") + "('node:fs')")()`,
    /code cannot be made of text/u
  ],
  "adds to the prototype of all objects": [`(({} as any)["__pro" + "to__"].x = 1)`, /Cannot add property x/u],
  "replaces a method of all lists": [
    `(([] as any)["__pro" + "to__"]["ma" + "p"] = () => [])`,
    /SharedStateChanged: it changed Array\.prototype\.map/u
  ],
  "adds to a method": [`(([] as any)["sl" + "ice"]["x"] = 1)`, /Cannot add property x/u],
  "replaces a conversion of all objects": [
    `(({} as any)["__pro" + "to__"]["toStr" + "ing"] = () => "")`,
    /is the same for all that runs in this thread/u
  ]
}

describe("a stage in a thread that", () => {
  it.each(Object.keys(ATTACKS))("%s fails, and leaves nothing to others", (what) => {
    const [expression, said] = ATTACKS[what]!
    const look = `[typeof ({} as any).x, [1].map((n) => n + 1)[0], String({})]`
    const project = makeProject({
      "odd.yaml": pipeline(["attack", "look"]),
      "odd.ts": stage(`how === "attack" ? ${expression} : ${look}`, MADE)
    })
    const { stderr } = run(project)
    assert.match(stderr, said)
    assert.match(stderr, /1 ran, 0 cached, 1 failed/u)
    assert.strictEqual(project.run("get", "latest:odd@how=look.out", "look.json").status, 0)
    assert.deepStrictEqual(JSON.parse(project.read("look.json")), ["undefined", 2, "[object Object]"])
    assert.deepStrictEqual(planted(project), [])
  })
})

const OF_MODULES: { readonly [what: string]: readonly [expression: string, said: RegExp] } = {
  "replaces a function": [`Object.assign(zlib, { deflateSync: () => "mine" })`, /read only property 'deflateSync'/u],
  "adds to a function": [`Object.assign(zlib.deflateSync, { mine: 1 })`, /Cannot add property mine/u]
}

describe("a stage that changes a module of Node, and", () => {
  it.each(Object.keys(OF_MODULES))("%s fails, and the next one sees nothing of it", (what) => {
    const [expression, said] = OF_MODULES[what]!
    const look = `[zlib.inflateSync(zlib.deflateSync("x")).toString(), new EventEmitter().emit("x"), "mine" in zlib.deflateSync]`
    const project = makeProject({
      "odd.yaml": pipeline(["attack", "look"]),
      "odd.ts": stage(
        `how === "attack" ? void ${expression} : ${look}`,
        `import zlib from "node:zlib"\nimport { EventEmitter } from "node:events"`
      )
    })
    const { stderr } = run(project)
    assert.match(stderr, said)
    assert.strictEqual(project.run("get", "latest:odd@how=look.out", "look.json").status, 0)
    assert.deepStrictEqual(JSON.parse(project.read("look.json")), ["x", false, false])
  })
})

/** What a package can try, whatever the rules for stages say. */
const PACKAGE = `import * as fs from "node:fs"
import { linked } from "linked-package"
import { spawnSync } from "node:child_process"
import { createSocket } from "node:dgram"
import { promises } from "node:dns"
import { connect, createServer } from "node:net"
import { setPriority } from "node:os"
import { createRequire } from "node:module"

const attacks = {
  write: (target) => fs.writeFileSync(target, "x"),
  link: (target) => fs.symlinkSync("/etc/passwd", target),
  remove: (target) => fs.rmSync(target.replace("planted", ""), { recursive: true }),
  spawn: (target) => { const { error } = spawnSync("touch", [target]); if (error) throw error },
  execute: (target) => process.execve("/usr/bin/touch", ["touch", target], {}),
  sqlite: (target) => new (process.getBuiltinModule("node:sqlite").DatabaseSync)(target).exec("create table a (b)"),
  require: (target) => new (createRequire("/")("node:sqlite").DatabaseSync)(target).exec("create table a (b)"),
  socket: (target) => new Promise((resolve, reject) => createServer().listen(target, resolve).on("error", reject)),
  thread: async (target) => {
    const { Worker } = await import("node:worker_threads")
    const code = \`require("fs").writeFileSync(\${JSON.stringify(target)}, "x")\`
    await new Promise((resolve, reject) => new Worker(code, { eval: true }).on("exit", resolve).on("error", reject))
  },
  snapshot: async (target) => (await import("node:v8")).writeHeapSnapshot(target),
  kill: () => process.kill(process.ppid, "SIGKILL"),
  native: () => process.dlopen({ exports: {} }, "/nowhere.node"),
  debugger: () => process._debugProcess(process.ppid),
  ownDebugger: async () => (await import("node:inspector")).open(0),
  priority: () => setPriority(process.ppid, 19),
  engine: async (target) => (await import("node:v8")).setFlagsFromString("--trace-turbo-path=" + target),
  tcp: () => new Promise((resolve, reject) => connect(1, "127.0.0.1").on("connect", resolve).on("error", reject)),
  path: (target) => new Promise((resolve, reject) => connect(target).on("connect", resolve).on("error", reject)),
  channel: (target) => {
    const key = Object.getOwnPropertySymbols(process).find((name) => String(name).includes("kChannelHandle"))
    const pipe = new process[key].constructor(1)
    const status = pipe.bind(target)
    if (status !== 0) throw new Error("status " + status)
  },
  udp: () => new Promise((resolve, reject) => createSocket("udp4").send("x", 9, "127.0.0.1", (e) => e ? reject(e) : resolve())),
  name: () => promises.resolve4("localhost"),
  fetch: () => fetch("http://127.0.0.1:1/")
}

export const attack = (how, target) => attacks[how](target)
export const look = () => [Object.keys(process.env).join(), fs.readFileSync(new URL("data.txt", import.meta.url), "utf8"), linked]
const readable = (path) => { try { fs.readFileSync(path); return true } catch { return false } }
export const readables = () => ["odd.yaml", "/etc/passwd", "/proc/self/environ", "/proc/" + process.ppid + "/environ",
  "/proc/self/root/etc/passwd", "artifacts-cache/format.json"].filter(readable)
export const pollute = () => { Object.prototype.polluted = 1; return 1 }
export const seen = () => typeof {}.polluted
`

const ATTACKS_OF_PACKAGE = "write link remove spawn execute sqlite require socket thread snapshot kill native".split(
  " "
)

/** What the permission model leaves open, and this program closes. */
const GAPS = "socket kill debugger ownDebugger priority engine tcp path channel udp name fetch".split(" ")

const withPackage = (hows: ReadonlyArray<string>, expression: string, env: NodeJS.ProcessEnv = {}): Project => {
  const project = makeProject(
    {
      "odd.yaml": pipeline(hows),
      "odd.ts": stage(expression, `import * as odd from "odd-package"`),
      "node_modules/odd-package/package.json": JSON.stringify({
        name: "odd-package",
        version: "1.0.0",
        type: "module",
        exports: "./index.js"
      }),
      "node_modules/odd-package/index.js": PACKAGE,
      "node_modules/odd-package/data.txt": "its own data",
      "elsewhere/linked/package.json": JSON.stringify({
        name: "linked-package",
        version: "1.0.0",
        exports: "./index.cjs"
      }),
      "elsewhere/linked/index.cjs": `exports.linked = require("deep")`,
      "elsewhere/node_modules/deep/package.json": JSON.stringify({ name: "deep", version: "1.0.0", main: "main.js" }),
      "elsewhere/node_modules/deep/main.js": `module.exports = "linked"`
    },
    env
  )
  symlinkSync("../elsewhere/linked", join(project.folder, "node_modules/linked-package"))
  return project
}

describe("a package", () => {
  it("that a stage imports writes nothing, starts nothing, and ends nobody", () => {
    const project = withPackage(ATTACKS_OF_PACKAGE, "odd.attack(how, target)")
    const { stderr } = run(project)
    assert.include(stderr, `0 ran, 0 cached, ${ATTACKS_OF_PACKAGE.length} failed`)
    for (const how of ATTACKS_OF_PACKAGE) assert.match(stderr, new RegExp(`✗ odd@how=${how}  `, "u"))
    assert.deepStrictEqual(planted(project), [])
    assert.isTrue(existsSync(objectsOf(project)))
  })

  it("has no network, no socket, no debugger, and no other process", () => {
    const project = withPackage(GAPS, "odd.attack(how, target)")
    const { stderr } = run(project)
    const closed = [...stderr.matchAll(/✗ odd@how=(\w+) .*is not for stages/gu)].map(([, how]) => how)
    assert.deepStrictEqual(closed.toSorted(), GAPS.toSorted())
  })

  it("reads nothing but packages and what the store hands over", () => {
    const project = withPackage(["read"], "odd.readables()")
    assert.strictEqual(run(project).status, 0)
    project.run("get", "latest:odd@how=read.out", "read.json")
    assert.deepStrictEqual(JSON.parse(project.read("read.json")), [])
  })

  it("sees nothing of the environment, and reads its own files", () => {
    const project = withPackage(["look"], "odd.look()", { PLANTED_SECRET: "canary" })
    assert.strictEqual(run(project).status, 0)
    project.run("get", "latest:odd@how=look.out", "look.json")
    assert.deepStrictEqual(JSON.parse(project.read("look.json")), ["TZ", "its own data", "linked"])
  })

  it("that changes what all share is not seen by the next attempt", () => {
    const project = withPackage(["first", "second"], `how === "first" ? odd.pollute() : odd.seen()`)
    assert.strictEqual(run(project).status, 0)
    project.run("get", "latest:odd@how=second.out", "seen.json")
    assert.strictEqual(JSON.parse(project.read("seen.json")), "undefined")
  })
})
