import type { ChildProcess } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { join } from "node:path"
import { assert } from "vitest"
import { TEAM_BODY } from "../core/run/team-stage.ts"
import { makeProject, type Project } from "../e2e/project.ts"
import { filesBelow } from "../files-below.ts"
import { until } from "../until.ts"
import { faultRow } from "./fault-row.ts"

/** A stage type with a `run` of these statements; `how` is its parameter. */
const stage = (body: string, imports = ""): string => `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"
${imports}
export default StageType.make({
  name: "my/odd",
  summary: "Does what it should not",
  determinism: "bitwise",
  params: Schema.Struct({ how: Schema.String }),
  inputs: {},
  outputs: { out: "Json" },
  run: ({ params: { how } }): Effect.Effect<any> => Effect.gen(function* () { ${body} })
})
`

const pipeline = (hows: ReadonlyArray<string>, more = ""): string => `name: odd
stages:
  odd:
    uses: ./odd.ts
    matrix: { how: [${hows.join(", ")}] }
    with: { how: "\${{ matrix.how }}" }
${more}`

/** A package that does what it is told to. */
const packageOf = (code: string): { readonly [file: string]: string } => ({
  "node_modules/odd-package/package.json": `{ "name": "odd-package", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
  "node_modules/odd-package/index.js": code
})

/** A port at which nobody listens. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

const journalOf = (study: Project): string => {
  const runs = join(study.folder, "artifacts-cache/runs")
  const latest = readdirSync(runs).sort().at(-1) ?? ""
  return readIfThere(join(runs, latest, "journal.jsonl"))
}

faultRow(
  {
    fault: "worker out of memory",
    expected: "the stage fails as OutOfMemory, with its limit and what to write; the run goes on",
    protections: ["memory-limit"]
  },
  ({ project }) => {
    const study = project({
      "odd.yaml": pipeline(["much", "little"], "    resources: { memory: 128MiB }\n"),
      "odd.ts": stage(`
        const kept: Array<Uint8Array> = []
        for (let round = 0; round < (how === "much" ? 60 : 1); round++) {
          kept.push(new Uint8Array(10 * 2 ** 20).fill(1))
          yield* Effect.sleep(10)
        }
        return { out: kept.length }`)
    })
    const { status, stderr } = study.run("run", "odd.yaml", "-k")
    assert.strictEqual(status, 1)
    assert.match(stderr, /✗ odd@how=much {2}OutOfMemory: it took \d+MiB of memory, and its limit is 128MiB; raise it/u)
    assert.include(stderr, "1 ran, 0 cached, 1 failed")
  }
)

faultRow(
  {
    fault: "worker out of memory: a heap without a limit of its own",
    expected: "the stage fails as OutOfMemory; what waited for the same thread runs",
    protections: []
  },
  ({ project }) => {
    const files = {
      "odd.yaml": pipeline(["1", "2", "much", "3", "4"].map((how) => `"${how}"`)),
      "odd.ts": stage(`
        if (how !== "much") return { out: how }
        const kept: Array<unknown> = []
        for (;;) kept.push(Array.from({ length: 100000 }, (_, index) => ({ how, index })))`)
    }
    const study = project(files, { NODE_OPTIONS: "--max-old-space-size=160" })
    const { stderr } = study.run("run", "odd.yaml", "-k", "-j", "1")
    assert.match(stderr, /✗ odd@how=much {2}OutOfMemory: it needs more memory than the engine gives it/u)
    assert.include(stderr, "4 ran, 0 cached, 1 failed")
  }
)

/** Waits for the end of a program; one that does not end in time is killed, and has no status. */
const ended = (
  run: ChildProcess,
  limit: number
): Promise<{ readonly status: number | null; readonly stderr: string }> =>
  new Promise((resolve) => {
    let stderr = ""
    run.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
    })
    const timer = setTimeout(() => run.kill("SIGKILL"), limit)
    run.once("close", (status) => {
      clearTimeout(timer)
      resolve({ status, stderr })
    })
  })

/** A loop that the engine cannot stop once it has optimised it: nothing in it asks whether it is to end. */
const UNSTOPPABLE = (most: string): string => `
        if (how !== "much") { yield* Effect.sleep(20); return { out: how } }
        const kept: Array<Array<number>> = []
        for (;;) {
          kept.push(new Array(1000).fill(1.5 + kept.length))
          if (kept.length > ${most}) kept.length = 0
        }`

/** The heap that the engine gives a thread, in MiB. */
const SMALL_HEAP = { NODE_OPTIONS: "--max-old-space-size=160" }

faultRow(
  {
    fault: "worker out of memory: a loop that cannot be stopped fills the heap of a thread",
    expected: "the attempt fails as OutOfMemory, and the run ends, its journal closed, before the machine is full",
    protections: ["watch-threads", "leave-threads"]
  },
  async ({ project }) => {
    const study = project(
      {
        "odd.yaml": pipeline(["little", "much", "more"], "    retries: 3\n"),
        "odd.ts": stage(UNSTOPPABLE("Infinity"))
      },
      SMALL_HEAP
    )
    const { status, stderr } = await ended(study.start("run", "odd.yaml", "-k", "-j", "1"), 15_000)
    assert.strictEqual(status, 1, stderr)
    assert.match(stderr, /✗ odd@how=much {2}OutOfMemory: it took \d+MiB of memory, .* cannot be stopped/u)
    const journal = journalOf(study)
    assert.match(journal, /"AttemptFailed".*cannot be stopped/u)
    assert.include(journal, '"outcome":"failure"')
  }
)

faultRow(
  {
    fault: "helper thread dies in the middle of a call",
    expected: "the attempt fails as HelperDied, nobody waits for what never comes, and the run goes on",
    protections: ["look-after-helpers"]
  },
  async ({ project }) => {
    const body = `
      const called = how === "together" ? 3e6 : 1
      ${TEAM_BODY}
      for (let round = 0; round < called; round++) {
        call("note", Array.from({ length: called === 1 ? 1 : 2 }, (_, i) => [64 + 8 * i, 0]), { address: 0, bytes: 8 })
      }
      return { out: team.threads }`
    const study = project(
      {
        "odd.yaml": pipeline(["together", "alone"], "    resources: { cpu: 2 }\n"),
        "odd.ts": stage(body).replace("StageType }", "StageType, Team }")
      },
      { FAULT_AT: "helper.entered=end" }
    )
    const { status, stderr } = await ended(study.start("run", "odd.yaml", "-k", "-j", "2"), 15_000)
    assert.strictEqual(status, 1, stderr)
    assert.include(stderr, "1 ran, 0 cached, 1 failed")
    assert.include(journalOf(study), '"tag":"HelperDied","message":"helper thread 1 ended in the middle of a call')
  }
)

faultRow(
  {
    fault: "stage that never yields: a loop that the engine cannot stop",
    expected: "its timeout fails it, others run, and the program ends with its status",
    protections: ["leave-threads"]
  },
  async ({ project }) => {
    const study = project({
      "odd.yaml": pipeline(["much", "little"], "    timeout: 2s\n"),
      "odd.ts": stage(UNSTOPPABLE("20000"))
    })
    const { status, stderr } = await ended(study.start("run", "odd.yaml", "-k", "-j", "1"), 15_000)
    assert.strictEqual(status, 1, stderr)
    assert.include(stderr, "1 ran, 0 cached, 1 failed")
    assert.include(journalOf(study), '"outcome":"failure"')
  }
)

/** A stage type that never says what its tasks take, and one that never says whether a parameter is right. */
const SILENT = (declared: string): string =>
  stage("return { out: 1 }").replace("params: Schema.Struct({ how: Schema.String })", declared)

faultRow(
  {
    fault: "stage that never yields: while it is planned",
    expected: "refused in bounded time with the stage type, and the place of the parameter",
    protections: ["limit-stage-calls"]
  },
  async ({ project }) => {
    const loop = "() => { for (;;) {} }"
    const study = project({
      "odd.yaml":
        "name: odd\nstages:\n  a: { uses: ./odd.ts, with: { how: much }, matrix: { i: [1, 2] } }\n  b: { uses: ./even.ts }\n",
      "odd.ts": SILENT(`params: Schema.Struct({ how: Schema.String.check(Schema.makeFilter(${loop})) })`),
      "even.ts": SILENT(`params: Schema.Struct({}), resources: ${loop}`)
        .replace("my/odd", "my/even")
        .replace("{ params: { how } }", "{}")
    })
    const { status, stderr } = await ended(study.start("validate", "odd.yaml"), 60_000)
    assert.strictEqual(status, 2, stderr)
    assert.match(
      stderr,
      /^odd\.yaml:3:37 +error +stage "a": a check of the parameters of my\/odd takes longer than 5 /mu
    )
    assert.match(stderr, /^odd\.yaml:4:14 +error +stage "b": resources of my\/even takes longer than 5 seconds/mu)
  }
)

faultRow(
  {
    fault: "SIGINT / SIGTERM, once and twice: while a loop runs that the engine cannot stop",
    expected: "the run ends as interrupted, its journal closed",
    protections: ["leave-threads"]
  },
  async ({ project }) => {
    const study = project({ "odd.yaml": pipeline(["much"]), "odd.ts": stage(UNSTOPPABLE("20000")) })
    const run = study.start("run", "odd.yaml")
    const end = ended(run, 15_000)
    await until(() => (existsSync(join(study.folder, "artifacts-cache/runs")) ? true : undefined))
    await until(() => (journalOf(study).includes("AttemptStarted") ? true : undefined))
    // It is optimised by now.
    await new Promise((resolve) => setTimeout(resolve, 2000))
    run.kill("SIGINT")
    const { status } = await end
    assert.strictEqual(status, 130)
    assert.include(journalOf(study), '"outcome":"interrupted"')
  }
)

faultRow(
  {
    fault: "symbolic link out of the work directory, hard link to a cached object, fifo, device",
    expected: "the output is refused by its path, in a folder too; nothing of it is stored",
    protections: ["check-outputs"]
  },
  ({ project }) => {
    const makers: { readonly [name: string]: readonly [make: string, said: string] } = {
      link: ["ln -s /etc/passwd", "link; an output is the file itself"],
      hard: ["ln kept.json", "names of a file; cp makes an output a file of its own"],
      object: [
        `ln "$(find ../../../objects -type f | head -n 1)"`,
        "names of a file; cp makes an output a file of its own"
      ],
      pipe: ["mkfifo", "a pipe, not a file"],
      program: ["install -m 4755 kept.json", "runs as somebody else"]
    }
    const stages = Object.entries(makers).flatMap(([name, [make]]) =>
      ["Json", "Directory"].map(
        (kind) => `  ${name}-${kind.toLowerCase()}:
    uses: command
    shell: true
    files: [kept.json]
    run: |
      echo '{"big": 1}' > kept.json
      mkdir -p d/in
      ${make} ${kind === "Json" ? "m.json" : "d/in/m.json"}
    outputs: { m: { path: ${kind === "Json" ? "m.json" : "d"}, kind: ${kind} } }
`
      )
    )
    const study = project({ "p.yaml": `name: p\nstages:\n${stages.join("")}`, "kept.json": "{}" })
    const { stderr } = study.run("run", "p.yaml", "-k")
    for (const [name, [, said]] of Object.entries(makers)) {
      for (const kind of ["json", "directory"]) {
        const told = stderr.split("✗ ").find((part) => part.startsWith(`${name}-${kind} `)) ?? "nothing"
        assert.include(told, said)
        if (kind === "directory") assert.include(told, "in/m.json is ")
      }
    }
    assert.include(stderr, `0 ran, 0 cached, ${stages.length} failed`)
  }
)

faultRow(
  {
    fault: "hostile plugin or stage name, shell characters in params",
    expected: "names are refused where they stand; params are words, never a shell's, and never a path",
    protections: ["plain-folder-names"]
  },
  ({ project }) => {
    const hostile = [
      ";touch planted;",
      "$(touch planted)",
      "../../../planted",
      "-rf",
      "__proto__",
      "`touch planted`",
      "a\\nb"
    ]
    for (const name of ["../x", "-rf", "a;b", "$(x)", "__proto__", "a/b"]) {
      const { status, stderr } = makeProject({
        "p.yaml": `name: p\nstages:\n  "${name}": { uses: command, run: ["true"] }\n`
      }).run("run", "p.yaml")
      assert.strictEqual(status, 2, name)
      assert.match(stderr, /p\.yaml:3:3/u)
    }
    for (const uses of ["../../etc/passwd", "npm:evil;x", "$(x)/y", "-rf", "__proto__", "a/../b"]) {
      const { status } = makeProject({ "p.yaml": `name: p\nstages:\n  it: { uses: "${uses}" }\n` }).run("run", "p.yaml")
      assert.strictEqual(status, 2, uses)
    }
    const study = project({
      "p.yaml": `name: p
params: { words: ${JSON.stringify(hostile)} }
stages:
  it:
    uses: command
    matrix: { word: "\${{ params.words }}" }
    run: [node, say.mjs, "\${{ matrix.word }}"]
    outputs: { said: { path: said.json, kind: Json } }
`,
      "say.mjs": `import { writeFileSync } from "node:fs"
writeFileSync("said.json", JSON.stringify(process.argv[2]))
`
    })
    const { status, stderr } = study.run("run", "p.yaml", "-k")
    assert.strictEqual(status, 0, stderr)
    assert.include(stderr, `${hostile.length} ran, 0 cached`)
    const found = readdirSync(study.folder, { recursive: true }).filter((name) => String(name).includes("planted"))
    assert.deepStrictEqual(found, [])
  }
)

faultRow(
  {
    fault: "hostile plugin or stage name, shell characters in params: a package that writes into the store",
    expected: "the attempt fails; no file is changed",
    protections: ["process-permission"]
  },
  ({ project }) => {
    const study = project({
      "odd.yaml": pipeline(["write"]),
      "odd.ts": stage("return { out: write() ?? null }", `import { write } from "odd-package"`),
      ...packageOf(`import { writeFileSync } from "node:fs"
export const write = () => writeFileSync("artifacts-cache/objects/planted", "x")
`)
    })
    const { status } = study.run("run", "odd.yaml")
    assert.isFalse(existsSync(join(study.folder, "artifacts-cache/objects/planted")))
    assert.strictEqual(status, 1)
  }
)

faultRow(
  {
    fault: "hostile plugin or stage name, shell characters in params: a package that opens the orchestrator's debugger",
    expected: "the attempt fails; nothing listens, and no code comes into the orchestrator",
    protections: ["close-gaps"]
  },
  async ({ project }) => {
    const port = await freePort()
    const files = {
      "odd.yaml": pipeline(["debug"]),
      "odd.ts": stage(
        "return { out: (yield* Effect.promise(() => open(how))) ?? null }",
        `import { open } from "odd-package"`
      ),
      ...packageOf(`export const open = async () => {
  process._debugProcess(process.ppid)
  let targets
  for (let round = 0; round < 100 && targets === undefined; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    targets = await fetch("http://127.0.0.1:${port}/json/list").then((told) => told.json(), () => undefined)
  }
  const socket = new WebSocket(targets[0].webSocketDebuggerUrl)
  await new Promise((resolve) => socket.addEventListener("open", resolve))
  const expression = "process.getBuiltinModule('node:fs').writeFileSync('planted', 'x')"
  socket.send(JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression } }))
  await new Promise((resolve) => socket.addEventListener("message", resolve))
}
`)
    }
    const study = project(files, { NODE_OPTIONS: `--inspect-port=${port}` })
    const { status } = study.run("run", "odd.yaml")
    assert.isFalse(existsSync(join(study.folder, "planted")))
    assert.strictEqual(status, 1)
  }
)

faultRow(
  {
    fault: "hostile plugin or stage name, shell characters in params: a package that answers for its stage",
    expected: "what a result cannot be is refused as AnswerRefused, with what it was; nothing of it is stored",
    protections: ["check-answers"]
  },
  ({ project }) => {
    const told: { readonly [how: string]: RegExp } = {
      path: /output "out" that is not of its kind/u,
      port: /an output "more", which it does not declare/u,
      bytes: /output "out" that is no files/u,
      metric: /the metric "m", which is NaN and no finite number/u,
      time: /a time or an amount of memory that is none/u,
      kind: /a message of no kind/u,
      nothing: /a message that is none/u
    }
    const study = project({
      "odd.yaml": pipeline(Object.keys(told)),
      "odd.ts": stage(
        "return { out: (yield* Effect.promise(() => forge(how))) ?? null }",
        `import { forge } from "odd-package"`
      ),
      ...packageOf(`const bytes = new TextEncoder().encode("1")
const out = [{ path: "value.json", bytes }]
const results = {
  path: { outputs: { out: [{ path: "../../../planted", bytes }] } },
  port: { outputs: { out, more: out } },
  bytes: { outputs: { out: [{ path: "value.json", file: "/etc/passwd" }] } },
  metric: { metrics: { m: NaN } },
  time: { millis: -5 }
}
export const forge = async (how) => {
  const some = { outputs: { out }, metrics: {}, logs: [], damaged: [], millis: 1, cpuMillis: 0, peakMemory: 0 }
  for (let id = 0; id < 20; id++) {
    const message = { _tag: "Succeeded", result: { ...some, ...results[how] } }
    process._send(how === "nothing" ? 1 : { _tag: "About", id, message: how === "kind" ? { _tag: "Odd" } : message })
  }
  await new Promise((resolve) => setTimeout(resolve, 2000))
}
`)
    })
    const { stderr } = study.run("run", "odd.yaml", "-k", "-j", "2")
    for (const said of Object.values(told)) assert.match(stderr, said)
    assert.include(stderr, `0 ran, 0 cached, ${Object.keys(told).length} failed`)
  }
)

faultRow(
  {
    fault: "hostile plugin or stage name, shell characters in params: a stage that makes code of text",
    expected: "the attempt fails; no file is changed",
    protections: ["seal-threads"]
  },
  ({ project }) => {
    const study = project({
      "odd.yaml": pipeline(["write"]),
      "odd.ts": stage(`
        const name = ["const", "ructor"].join("")
        const made = ([] as any)[name][name]
        const fs = made("return process.getBuiltinModule('fs')")()
        fs.writeFileSync("artifacts-cache/objects/planted", how)
        return { out: 1 }`)
    })
    const { status } = study.run("run", "odd.yaml")
    assert.isFalse(existsSync(join(study.folder, "artifacts-cache/objects/planted")))
    assert.strictEqual(status, 1)
  }
)

faultRow(
  {
    fault:
      "hostile plugin or stage name, shell characters in params: a stage type that makes code of text when it is planned",
    expected: "validate, plan and run refuse it, with its place; no file is changed",
    protections: ["seal-planner"]
  },
  ({ project }) => {
    const write = `(((() => 0) as any))[["const", "ructor"].join("")]("return process")().getBuiltinModule("fs").writeFileSync("planted", "x")`
    const odd = stage("return { out: how }")
    const study = project({
      "odd.yaml": pipeline(["it"]),
      "odd.ts": odd
        .replace("export default", `const got = ${write}\nexport const it = () => got\nexport default`)
        .replace("summary: ", "compatibleWith: got === 1 ? [] : [],\n  summary: "),
      "later.yaml": pipeline(["it"]).replaceAll("odd", "later"),
      "later.ts": odd.replace("inputs: {}", `resources: () => { ${write}; return { cpu: 1 } },\n  inputs: {}`)
    })
    for (const file of ["odd.yaml", "later.yaml"]) {
      for (const command of ["validate", "plan", "run"]) {
        const { status, stderr } = study.run(command, file)
        assert.isFalse(existsSync(join(study.folder, "planted")), `${command} ${file}`)
        assert.strictEqual(status, 2, `${command} ${file}: ${stderr}`)
        assert.include(stderr, "code cannot be made of text")
      }
    }
  }
)

/** Processes whose words hold a text. */
const processesWith = (text: string): ReadonlyArray<number> =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name) && readIfThere(`/proc/${name}/cmdline`).includes(text))
    .map(Number)

const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}

const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/mu.test(readIfThere(`/proc/${pid}/status`))

/** Seconds that a process has kept a core busy with its own code. */
const userSeconds = (pid: number): number => Number(readIfThere(`/proc/${pid}/stat`).split(" ")[13] ?? 0) / 100

/** Children of a process that are workers. */
const workersOf = (pid: number): ReadonlyArray<number> =>
  processesWith("worker-process").filter((worker) => readIfThere(`/proc/${worker}/stat`).includes(` ${pid} `))

faultRow(
  {
    fault: "kill -9 of orchestrator, worker, stage at random points: a worker process, then its orchestrator",
    expected: "the attempt is made again, the others go on; nothing outlives the orchestrator",
    protections: ["end-with-orchestrator"],
    unless: existsSync("/proc/self/stat") ? undefined : "processes are found by /proc"
  },
  async ({ project }) => {
    const study = project({
      "odd.yaml": pipeline(["long"], "    retries: 2\n"),
      // It hears nothing: nobody but the system can end it.
      "odd.ts": stage("return { out: [busy(how)] }", `import { busy } from "odd-package"`),
      ...packageOf("export const busy = () => { const end = Date.now() + 20000; while (Date.now() < end); return 1 }\n")
    })
    const run = study.start("run", "odd.yaml")
    const pid = run.pid ?? 0
    const isAt = (attempt: number) => () => journalOf(study).includes(`"attempt":${attempt}`)
    const begun = () => existsSync(join(study.folder, "artifacts-cache/runs")) && isAt(1)()
    await until(begun, { every: 50 })
    const first = await until(() => workersOf(pid)[0], { every: 50 })
    process.kill(first, "SIGKILL")
    await until(isAt(2), { every: 50 })
    assert.include(journalOf(study), "WorkerDied")
    const second = await until(() => workersOf(pid).find((worker) => worker !== first), { every: 50 })
    // What it takes to start is less: it is in its loop.
    await until(() => userSeconds(second) > 1, { every: 50 })
    run.kill("SIGKILL")
    const hasEnded = await until(() => !isAlive(second), { within: 3000 }).catch(() => false)
    if (!hasEnded) process.kill(second, "SIGKILL")
    assert.isTrue(hasEnded)
  }
)

/** What would give a secret away. */
const spellings = (secret: string): ReadonlyArray<string> => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64")
]

faultRow(
  {
    fault: "secret in env, params, log, span, manifest, error",
    expected: "its value, in no spelling, is in any file of store and reports, in no output, log, trace or error",
    protections: ["redact-text", "search-files-for-secrets"]
  },
  ({ project }) => {
    const secret = 'canary "7f3a" / päß=1'
    const command = (name: string, script: string, more = ""): string => `  ${name}:
    uses: command
    shell: true
    secrets: [TOKEN]
    run: |
${script.replace(/^/gmu, "      ")}
    outputs: { m: { path: m.json, kind: Json } }
${more}`
    const files = {
      "p.yaml": `name: p
stages:
${command("quiet", "echo '1' > m.json")}
${command("talks", `echo "$TOKEN"; printf %s "$TOKEN" | base64; echo "athanor: progress 1/2 $TOKEN" >&2; echo 1 > m.json`)}
${command("fails", 'echo "$TOKEN" > left; printf %s "$TOKEN" > "$CHECKPOINTS/left"; echo "$TOKEN" >&2; exit 3', "    retries: 1\n")}
${command("writes", `node -e 'fs.writeFileSync("m.json", JSON.stringify({ it: process.env.TOKEN }))'`)}
${command("encodes", `node -e 'fs.writeFileSync("m.json", JSON.stringify(Buffer.from(process.env.TOKEN).toString("base64")))'`)}
  odd:
    uses: ./odd.ts
    matrix: { how: [env] }
    with: { how: env }
`,
      "odd.ts": stage("return { out: JSON.stringify(look()) }", `import { look } from "odd-package"`),
      ...packageOf("export const look = () => process.env\n")
    }
    const study = project(files, { TOKEN: secret })
    const said = [study.run("run", "p.yaml", "-k")]
    assert.strictEqual(said[0]?.status, 1)
    for (const words of [
      ["run", "p.yaml", "-k", "--json"],
      ["show", "latest"],
      ["show", "latest", "--json"],
      ["report"],
      ["plan", "p.yaml", "--json"],
      ["why", "p.yaml", "fails"],
      ["trace"],
      ["trace", "--format", "otlp"],
      ["trace", "--format", "jaeger"],
      ["get", "latest:odd@how=env.out", "got.json"]
    ]) {
      said.push(study.run(...words))
    }
    for (const spelling of spellings(secret)) {
      for (const { stderr, stdout } of said) assert.notInclude(stdout + stderr, spelling)
      for (const file of filesBelow(study.folder))
        assert.isFalse(readFileSync(file).includes(spelling), `${file}: ${spelling}`)
    }
  }
)

faultRow(
  {
    fault: "secret in env, params, log, span, manifest, error: a package that reads the orchestrator's environment",
    expected: "it reads packages and what the store hands over, and nothing else; the attempt fails",
    protections: ["limit-reading"],
    unless: existsSync("/proc/self/environ") ? undefined : "an environment is found by /proc"
  },
  ({ project }) => {
    const study = project(
      {
        "odd.yaml": pipeline(["env"]),
        "odd.ts": stage("return { out: read() }", `import { read } from "odd-package"`),
        ...packageOf(`import { readFileSync } from "node:fs"
export const read = () => readFileSync("/proc/" + process.ppid + "/environ", "latin1")
`)
      },
      { TOKEN: "canary-7f3a" }
    )
    const { status, stderr } = study.run("run", "odd.yaml")
    for (const file of filesBelow(study.folder)) assert.isFalse(readFileSync(file).includes("canary-7f3a"), file)
    assert.strictEqual(status, 1, stderr)
    assert.match(journalOf(study), /readFileSync.*odd-package/u)
  }
)

faultRow(
  {
    fault: "flipped byte, truncated, empty, deleted object: by a command that writes into the store",
    expected:
      "found when it is read, quarantined, recomputed: a command is a program of the same user, and nothing holds it off",
    protections: ["verify-content"]
  },
  ({ project }) => {
    const study = project({
      "p.yaml": `name: p
stages:
  points: { uses: data/gaussian, with: { points: 5000 } }
  spoil:
    uses: command
    shell: true
    inputs: { points: points.points }
    run: |
      for object in $(grep -rl NUMPY ../../../objects); do
        chmod 644 "$object"; printf x | dd of="$object" bs=1 seek=900 conv=notrunc 2> dd.log
      done
      echo '{}' > m.json
    outputs: { m: { path: m.json, kind: Metrics } }
  read:
    uses: command
    inputs: { points: points.points, after: spoil.m }
    run: [cp, "\${{ inputs.points }}", copy.npy]
    outputs: { copy: { path: copy.npy, kind: Tensor } }
`
    })
    const { status, stderr } = study.run("run", "p.yaml")
    assert.strictEqual(status, 0, stderr)
    const quarantine = join(study.folder, "artifacts-cache/quarantine")
    assert.isNotEmpty(existsSync(quarantine) ? filesBelow(quarantine) : [])
  }
)
