import { spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { filesBelow } from "../files-below.ts"
import { until } from "../until.ts"
import { COMMAND, makeProject, type Project } from "./project.ts"

/** Counts what it is given, in the language of the shell, with a helper beside it. */
const COUNT = `. ./lib/how.sh
echo "counting to $1" >&2
printf 'n,square\\n' > out.csv
for n in $(seq 1 "$1"); do printf '%s,%s\\n' "$n" "$(square "$n")" >> out.csv; done
printf '{"rows": %s}' "$1" > scores.json
`

const STUDY = `name: counting
params: { n: 3, extra: none }
stages:
  count:
    uses: command
    run: [sh, count.sh, "\${{ params.n }}"]
    files: [lib/]
    env: [FLAVOUR]
    outputs:
      table: { path: out.csv, kind: Table }
      scores: { path: scores.json, kind: Metrics }
outputs: { counted.csv: count.table }
expect:
  - { metric: count.rows, value: 3, tolerance: { absolute: 0.5 }, origin: reference }
`

const FILES = {
  "counting.yaml": STUDY,
  "count.sh": COUNT,
  "lib/how.sh": "square() { echo $(($1 * $1)); }\n"
}

const counting = (env: NodeJS.ProcessEnv = {}): Project => makeProject(FILES, env)

/** A project with one command; \`run\` and what follows are written as they stand in the file. */
const single = (stage: string, files: { readonly [file: string]: string } = {}, env: NodeJS.ProcessEnv = {}): Project =>
  makeProject(
    { "p.yaml": `name: p\nstages:\n  it:\n    uses: command\n${stage.replace(/^(?=.)/gmu, "    ")}`, ...files },
    env
  )

const SCRIPT = (script: string, more = ""): string =>
  `shell: true\nrun: |\n${script.replace(/^(?=.)/gmu, "  ")}\noutputs: { m: { path: m.json, kind: Metrics } }\n${more}`

/** A command that takes some seconds, and that nobody else on the machine gives: tests may run beside each other. */
const nap = (seconds: number): string => `sleep ${seconds}.${process.pid}`

const isRunning = (command: string): boolean =>
  spawnSync("pgrep", ["-f", command.replace(".", String.raw`\.`)]).status === 0

const runsOf = (project: Project): ReadonlyArray<string> =>
  readdirSync(join(project.folder, "artifacts-cache/runs")).sort()

const journalOf = (project: Project): string =>
  project.read(`artifacts-cache/runs/${runsOf(project).at(-1)}/journal.jsonl`)

const kept = (project: Project): ReadonlyArray<string> => {
  const folder = join(project.folder, "artifacts-cache/work")
  return existsSync(folder) ? readdirSync(folder) : []
}

describe("a command", () => {
  it("makes artifacts and metrics, is reused, and leaves no folder behind", () => {
    const project = counting()
    const first = project.run("run", "counting.yaml", "--check")
    assert.strictEqual(first.status, 0, first.stderr)
    assert.include(first.stderr, "1 ran, 0 cached")
    assert.strictEqual(project.read("reports/counting/counted.csv").trim(), "n,square\n1,1\n2,4\n3,9")
    assert.deepStrictEqual(kept(project), [])
    assert.include(project.run("run", "counting.yaml").stderr, "0 ran, 1 cached")
  })

  it("runs again when anything that decides its result changes, and plan says what", () => {
    const project = counting()
    project.run("run", "counting.yaml")
    const changes: ReadonlyArray<readonly [what: string, change: () => void, said: RegExp]> = [
      ["an argument", () => project.edit("counting.yaml", "n: 3", "n: 4"), /param run\[2\] "3"→"4"/u],
      ["the script", () => project.edit("count.sh", "counting", "reckoning"), /code of count: count\.sh changed/u],
      ["a file beside it", () => project.edit("lib/how.sh", "* $1", "* $1 + 1"), /lib\/how\.sh changed/u],
      ["a new file there", () => project.write("lib/more.sh", ""), /lib\/more\.sh is new/u],
      [
        "the place of an output",
        () => {
          project.edit("counting.yaml", "path: out.csv", "path: x/out.csv")
          project.write("count.sh", project.read("count.sh").replaceAll("out.csv", "x/out.csv"))
        },
        /param outputs\.table\.path "out\.csv"→"x\/out\.csv"/u
      ]
    ]
    for (const [what, change, said] of changes) {
      change()
      assert.match(project.run("plan", "counting.yaml").stdout, said, what)
      assert.include(project.run("run", "counting.yaml").stderr, "1 ran", what)
      assert.include(project.run("run", "counting.yaml").stderr, "0 ran", what)
    }
  })

  it("runs again where a file changes that its own words name, and not where another task's does", () => {
    const project = makeProject({
      "p.yaml": `name: p
params: { parts: [a, b] }
stages:
  fit:
    uses: command
    matrix: { part: "\${{ params.parts }}" }
    run: [sh, fit.sh, "data/\${{ matrix.part }}.txt"]
    outputs: { seen: { path: seen.json, kind: Json } }
`,
      "fit.sh": `ls data | sed 's/.*/"&"/' > seen.json\n`,
      "data/a.txt": "1",
      "data/b.txt": "2",
      "data/c.txt": "3"
    })
    const ran = (): string => /\d+ ran, \d+ cached/u.exec(project.run("run", "p.yaml").stderr)?.[0] ?? ""
    assert.strictEqual(ran(), "2 ran, 0 cached")
    project.run("get", "latest:fit@part=b.seen", "seen.json")
    assert.strictEqual(JSON.parse(project.read("seen.json")), "b.txt")
    project.write("data/b.txt", "changed")
    assert.match(project.run("plan", "p.yaml").stdout, /code of fit: data\/b\.txt changed/u)
    assert.include(project.run("why", "p.yaml", "fit@part=b").stdout, "data/b.txt")
    assert.strictEqual(ran(), "1 ran, 1 cached")
    assert.include(project.run("diff", ...runsOf(project)).stdout, "data/b.txt changed")
    project.edit("p.yaml", "[a, b]", "[a, b, c]")
    assert.strictEqual(ran(), "1 ran, 2 cached")
    project.write("fit.sh", `${project.read("fit.sh")}# changed\n`)
    assert.strictEqual(ran(), "3 ran, 0 cached")
    project.write("data/c.txt", "changed")
    assert.strictEqual(ran(), "1 ran, 2 cached")
    assert.strictEqual(ran(), "0 ran, 3 cached")
    assert.strictEqual(project.run("cache", "verify", "--rerun", "3").status, 0)
  })

  it("does not run again for what it does not read", () => {
    const project = counting()
    project.run("run", "counting.yaml")
    project.write("unrelated.sh", "echo")
    project.edit("counting.yaml", "extra: none", "extra: some")
    project.write("lib/__pycache__/x.pyc", "compiled")
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, "run", "counting.yaml"], {
      cwd: project.folder,
      env: { ...process.env, NO_COLOR: "1", UNDECLARED: "x" },
      encoding: "utf8"
    })
    assert.strictEqual(status, 0)
    assert.include(stderr, "0 ran, 1 cached")
  })

  it("runs again for another value of a declared variable, and tells one that is empty from one that is not set", () => {
    const project = counting()
    const ranWith = (env: NodeJS.ProcessEnv): boolean => {
      const { FLAVOUR: _, ...others } = process.env
      const { stderr } = spawnSync(process.execPath, [COMMAND, "run", "counting.yaml"], {
        cwd: project.folder,
        env: { ...others, ...env, NO_COLOR: "1" },
        encoding: "utf8"
      })
      return stderr.includes("1 ran")
    }
    assert.deepStrictEqual(
      [{}, { FLAVOUR: "" }, { FLAVOUR: "sweet" }, {}, { FLAVOUR: "" }, { FLAVOUR: "sweet" }].map(ranWith),
      [true, true, true, false, false, false]
    )
  })

  it("sees its inputs in their stored form, a fan-in as a folder with its values, and the paths in its words", () => {
    const project = makeProject({
      "data/a.txt": "hello",
      "p.yaml": `name: p
sources: { data: { path: data, kind: Directory } }
stages:
  points:
    uses: data/gaussian
    matrix: { seed: [7, 8] }
    with: { points: 3, seed: "\${{ matrix.seed }}" }
  look:
    uses: command
    run: [node, look.mjs, "\${{ inputs.all }}", "\${{ inputs.one }}", "\${{ inputs.data }}", "\${{ [1, true, 'x y'] }}", "to=\${{ outputs.seen }}"]
    inputs: { all: points.*.points, one: points@seed=7.points, data: sources.data }
    outputs: { seen: { path: deep/seen.json, kind: Json }, copy: { path: copy, kind: Directory } }
`,
      "look.mjs": `import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
const [, , all, one, data, ...rest] = process.argv
writeFileSync("deep/seen.json", JSON.stringify({
  words: [all, one, data, ...rest],
  manifest: JSON.parse(readFileSync(all + "/manifest.json", "utf8")),
  names: readdirSync(all),
  isNumpy: readFileSync(one).subarray(1, 6).toString(),
  text: readFileSync(data + "/a.txt", "utf8"),
  here: readdirSync(".")
}))
mkdirSync("copy/sub", { recursive: true })
writeFileSync("copy/sub/a.txt", "made")
`
    })
    const { status, stderr } = project.run("run", "p.yaml")
    assert.strictEqual(status, 0, stderr)
    project.run("get", "latest:look.seen", "seen.json")
    assert.deepStrictEqual(JSON.parse(project.read("seen.json")), {
      words: ["inputs/all", "inputs/one.npy", "inputs/data", "1", "true", "x y", "to=deep/seen.json"],
      manifest: [
        { path: "000-seed=7.npy", matrix: { seed: 7 } },
        { path: "001-seed=8.npy", matrix: { seed: 8 } }
      ],
      names: ["000-seed=7.npy", "001-seed=8.npy", "manifest.json"],
      isNumpy: "NUMPY",
      text: "hello",
      here: ["deep", "inputs", "look.mjs"]
    })
    project.run("get", "latest:look.copy", "copied")
    assert.strictEqual(project.read("copied/sub/a.txt"), "made")
  })

  it("cannot reach the store through what it is given", () => {
    const project = makeProject({
      "p.yaml": `name: p
stages:
  points: { uses: data/gaussian, with: { points: 5000 } }
  spoil:
    uses: command
    run: [sh, spoil.sh, "\${{ inputs.points }}"]
    inputs: { points: points.points }
    outputs: { m: { path: m.json, kind: Metrics } }
`,
      "spoil.sh": "chmod 600 $1 spoil.sh; echo spoilt > $1; echo spoilt > spoil.sh; echo '{}' > m.json\n"
    })
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    assert.strictEqual(project.run("get", "latest:points.points", "p.npy").status, 0)
    assert.include(project.run("run", "p.yaml", "-f", "spoil").stderr, "1 ran")
  })

  it("sees nothing of the environment but what is declared, a place for programs and a span", () => {
    const project = single(
      SCRIPT('env | sort > m.txt\nprintf \'{"traceparent": "%s"}\' "$TRACEPARENT" > trace.json\necho \'{}\' > m.json') +
        "\nenv: [FLAVOUR]\nsecrets: [TOKEN]\n",
      {},
      {
        ...{ FLAVOUR: "sweet", TOKEN: "not to be kept", UNDECLARED: "x" },
        ...{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_SDK_DISABLED: "TRUE" }
      }
    )
    project.edit("p.yaml", "outputs: { m:", "outputs: { all: { path: trace.json, kind: Json }, m:")
    project.edit("p.yaml", "env | sort", "env | cut -d= -f1 | sort >&2; env | sort")
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    const names = [...journalOf(project).matchAll(/"level":"info","message":"(?<name>[^"]+)"/gu)]
    const seen = names
      .flatMap(({ groups }) => groups?.["name"] ?? [])
      .filter((name) => !/^(?:PWD|OLDPWD|SHLVL|_)$/u.test(name))
    assert.deepStrictEqual(seen, ["CHECKPOINTS", "FLAVOUR", "HOME", "PATH", "TMPDIR", "TOKEN", "TRACEPARENT"])
    project.run("get", "latest:it.all", "trace.json")
    const { traceparent } = JSON.parse(project.read("trace.json")) as { readonly traceparent: string }
    assert.match(traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/u)
    const [, trace = "", span = ""] = traceparent.split("-")
    assert.include(journalOf(project), `"traceId":"${trace}"`)
    assert.include(journalOf(project), `"spanId":"${span}"`)
  })

  it("is told to stop and stops for good, with what it started, when it takes too long", () => {
    const project = single(SCRIPT(`echo begun\n${nap(41)} & ${nap(41)}`, "timeout: 300ms\n"))
    const { status, stderr } = project.run("run", "p.yaml")
    assert.strictEqual(status, 1)
    assert.include(stderr, "no result after 0.3 s")
    assert.include(stderr, "begun")
    assert.isFalse(isRunning(nap(41)))
  })

  it("leaves nothing running that it has started", () => {
    const project = single(SCRIPT(`${nap(42)} >/dev/null 2>&1 &\necho '{}' > m.json`))
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    assert.isFalse(isRunning(nap(42)))
  })

  it.skipIf(process.platform !== "linux")("leaves nothing running that has left its group", () => {
    const project = single(SCRIPT(`setsid sh -c '${nap(46)}; true' >/dev/null 2>&1 &\necho '{}' > m.json\nsleep 0.3`))
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    assert.isFalse(isRunning(nap(46)))
  })

  it.skipIf(process.platform !== "linux")("has its checkpoints for itself, after a run that was killed", async () => {
    const project = single(
      SCRIPT(`trap '' TERM
i=0; while [ $i -lt 20 ]; do echo $$ >> "$CHECKPOINTS/log"; sleep 0.1; i=$((i + 1)); done
echo "{\\"writers\\": $(uniq "$CHECKPOINTS/log" | wc -l)}" > m.json`)
    )
    const run = project.start("run", "p.yaml")
    const checkpoints = join(project.folder, "artifacts-cache/checkpoints")
    const hasBegun = () => existsSync(checkpoints) && filesBelow(checkpoints).length > 0
    for (let round = 0; round < 400 && !hasBegun(); round++) await new Promise((resolve) => setTimeout(resolve, 25))
    run.kill("SIGKILL")
    await once(run, "exit")
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    assert.include(journalOf(project), '"writers":2')
  })

  it("stops when the run is interrupted", async () => {
    const project = single(SCRIPT(nap(43)))
    const run = project.start("run", "p.yaml")
    for (let round = 0; round < 200 && kept(project).length === 0; round++) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
    run.kill("SIGINT")
    const [status] = await once(run, "exit")
    assert.strictEqual(status, 130)
    assert.isFalse(isRunning(nap(43)))
    assert.deepStrictEqual(kept(project), [])
  })

  it("does not outlive a run that is killed", async () => {
    const project = single(SCRIPT(nap(44)))
    const run = project.start("run", "p.yaml")
    await until(() => isRunning(nap(44)), { every: 50 })
    run.kill("SIGKILL")
    await until(() => !isRunning(nap(44)), { every: 50 })
  })

  it.skipIf(process.platform !== "linux")("tells the processor time of brief commands, each its own", () => {
    const project = makeProject({
      "p.yaml": `name: p
stages:
  work:
    uses: command
    matrix: { millis: [400, 100] }
    run: [node, work.mjs, "\${{ matrix.millis }}"]
    outputs: { m: { path: m.json, kind: Metrics } }
`,
      "work.mjs": `import { writeFileSync } from "node:fs"
const spent = () => process.cpuUsage().user + process.cpuUsage().system
while (spent() < 1000 * Number(process.argv[2])) {}
writeFileSync("m.json", JSON.stringify({ spent: spent() / 1000 }))
`
    })
    assert.strictEqual(project.run("run", "p.yaml", "-j", "1").status, 0)
    const finished = [...journalOf(project).matchAll(/"spent":(?<spent>[\d.]+)\}.*?"cpuMillis":(?<cpu>[\d.]+)/gu)]
    assert.lengthOf(finished, 2)
    for (const { groups } of finished) {
      // What Linux counts has steps of 10 ms; starting and ending the program comes on top.
      assert.closeTo(Number(groups?.["cpu"]), Number(groups?.["spent"]), 90)
    }
  })

  it("may print without end", () => {
    const project = single(SCRIPT("yes | head -c 30000000\necho; echo the end >&2\necho '{}' > m.json"))
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    const journal = journalOf(project)
    assert.isBelow(journal.length, 1_000_000)
    assert.include(journal, '"message":"the end"')
  })

  /** Whether a test may have a disk of its own, in a world of its own. */
  const mayMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0

  it.skipIf(!mayMount)("needs no more room on a disk than what runs at the moment", () => {
    const project = makeProject({
      "p.yaml": `name: p
sources: { big: { path: big, kind: Directory } }
stages:
  large:
    uses: command
    matrix: { n: "\${{ range(20) }}" }
    shell: true
    inputs: { big: sources.big }
    run: |
      head -c 5000000 /dev/zero > scratch
      echo '{"n": \${{ matrix.n }}}' > m.json
    outputs: { m: { path: m.json, kind: Metrics } }
`
    })
    const script = `mkdir disk && mount -t tmpfs -o size=40m tmpfs disk && cp p.yaml disk && cd disk && mkdir big
head -c 6000000 /dev/urandom > big/file && "$@"`
    const words = ["sh", "-ec", script, "sh", process.execPath, COMMAND, "run", "p.yaml", "-j", "1"]
    const { stderr } = spawnSync("unshare", ["-rm", ...words], { cwd: project.folder, encoding: "utf8" })
    assert.include(stderr, "20 ran, 0 cached, 0 failed")
  })

  it("shows progress, and no line of it in its log", () => {
    const project = single(SCRIPT("echo 'athanor: progress 1/2 epochs'\necho plain\necho '{}' > m.json"))
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    assert.include(journalOf(project), '"message":"plain"')
    assert.notInclude(journalOf(project), "epochs")
  })

  it("is tried again as often as the file says", () => {
    const project = single(
      SCRIPT(
        `echo x >> "$COUNTER"; [ "$(wc -l < "$COUNTER")" -ge 2 ]; echo '{}' > m.json`,
        "retries: 1\nenv: [COUNTER]\n"
      )
    )
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, "run", "p.yaml"], {
      cwd: project.folder,
      env: { ...process.env, NO_COLOR: "1", COUNTER: join(project.folder, "counter") },
      encoding: "utf8"
    })
    assert.strictEqual(status, 0, stderr)
    assert.lengthOf(journalOf(project).match(/AttemptStarted/gu) ?? [], 2)
  })

  it.each<readonly [what: string, stage: string, ...said: ReadonlyArray<string>]>([
    [
      "ends with a status",
      SCRIPT("for i in $(seq 30); do echo line $i; done; exit 3"),
      "the script ended with status 3",
      "line 30",
      "line 11",
      "folder: artifacts-cache/work/it."
    ],
    ["is ended by a signal", SCRIPT("kill -9 $$"), "was ended by SIGKILL"],
    [
      "loses the process that runs it",
      SCRIPT("kill -9 $PPID; sleep 48"),
      "HostDied: the process that runs commands ended before the script did"
    ],
    [
      "stops at the first part that fails",
      SCRIPT("false\necho '{}' > m.json"),
      "ended with status 1",
      "it printed nothing"
    ],
    [
      "is no program",
      "run: [no-such-program, --x]\n",
      "there is no program no-such-program in /",
      "command: no-such-program --x"
    ],
    ["may not be executed", "run: [./tool.sh]\n", "./tool.sh may not be executed; chmod +x"],
    ["writes no output", SCRIPT(":"), 'output "m" (Metrics, m.json): the command did not write it'],
    [
      "writes what is not of the kind",
      SCRIPT("echo '[1]' > m.json"),
      'output "m" (Metrics, m.json): ',
      "a list, not a map"
    ],
    ["leaves a link", SCRIPT("ln -s /etc/passwd m.json"), "m.json is a link"],
    ["leaves a folder", SCRIPT("mkdir m.json"), "it is a folder, not a file"],
    ["leaves a pipe", SCRIPT("mkfifo m.json"), "it is a pipe, not a file"]
  ])("that %s says so, and keeps its folder", (_, stage, ...said) => {
    const project = single(stage, { "tool.sh": "#!/bin/sh\n" })
    const { status, stderr } = project.run("run", "p.yaml")
    assert.strictEqual(status, 1)
    for (const part of said) assert.include(stderr, part)
    assert.notInclude(stderr, "line 10\n")
    assert.lengthOf(kept(project), 1)
    assert.include(project.run("show", "latest").stdout, "failed  it")
  })

  it.each([
    ["prints it", "echo \"token: $TOKEN\"; echo $TOKEN >&2; echo '{}' > m.json", 0],
    ["fails with it", 'echo "$TOKEN" > left; echo "$TOKEN"; exit 1', 1],
    ["writes it into an output", 'printf \'{"x%s": 1}\' "$TOKEN" > m.json', 1]
  ])("keeps a secret where it %s", (_, script, status) => {
    const canary = "canary-5a1f-77c0"
    const project = single(SCRIPT(script, "secrets: [TOKEN]\n"), {}, { TOKEN: canary })
    const outcome = project.run("run", "p.yaml")
    assert.strictEqual(outcome.status, status, outcome.stderr)
    for (const text of [outcome.stdout, outcome.stderr]) assert.notInclude(text, canary)
    for (const args of [["show", "latest"], ["report"], ["trace"], ["plan", "p.yaml"], ["why", "p.yaml", "it"]]) {
      const { stderr, stdout } = project.run(...args)
      assert.notInclude(stdout + stderr, canary)
    }
    const files = [
      ...filesBelow(join(project.folder, "artifacts-cache")),
      ...filesBelow(join(project.folder, "reports"))
    ]
    assert.isAbove(files.length, 5)
    for (const file of files) assert.isFalse(readFileSync(file).includes(canary), file)
  })

  it("fails with its own words also where it has removed its folder", () => {
    const project = single(SCRIPT('rm -r "$HOME"; exit 3', "secrets: [TOKEN]\n"), {}, { TOKEN: "not to be kept" })
    assert.include(project.run("run", "p.yaml").stderr, "the script ended with status 3")
  })

  it("leaves nothing of a folder with secrets to those that follow", () => {
    const project = single(SCRIPT("echo '{}' > m.json", "secrets: [TOKEN]\n"), {}, { TOKEN: "not to be kept" })
    project.write(
      "p.yaml",
      `${project.read("p.yaml")}  look:
    uses: command
    shell: true
    inputs: { m: it.m }
    run: ls "$HOME/.."; echo '{}' > n.json
    outputs: { n: { path: n.json, kind: Metrics } }
`
    )
    assert.strictEqual(project.run("run", "p.yaml").status, 0)
    assert.include(journalOf(project), '"message":"look.')
    assert.notInclude(journalOf(project), '"message":"it.')
    assert.deepStrictEqual(kept(project), [])
  })

  it("leaves no secret to the next run, also where everything was killed", async () => {
    const project = single(
      SCRIPT(
        'echo "$TOKEN" > left; cp left "$CHECKPOINTS"; echo $PPID $$ > ../ids; mv ../ids ../told; sleep 47',
        "secrets: [TOKEN]\n"
      ),
      { "next.yaml": "name: next\nstages: { it: { uses: command, run: ['true'] } }\n" },
      { TOKEN: "not to be kept" }
    )
    const run = project.start("run", "p.yaml")
    const left = (): ReadonlyArray<string> => filesBelow(join(project.folder, "artifacts-cache/work"))
    const told = (): string | undefined =>
      kept(project).length === 0 ? undefined : left().find((file) => file.endsWith("told"))
    for (let round = 0; round < 400 && told() === undefined; round++) {
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    const [host = 0, group = 0] = readFileSync(told() ?? "", "utf8")
      .split(" ")
      .map(Number)
    run.kill("SIGKILL")
    process.kill(host, "SIGKILL")
    await once(run, "exit")
    assert.isTrue(left().some((file) => readFileSync(file).includes("not to be kept")))
    assert.strictEqual(project.run("run", "next.yaml").status, 0)
    assert.deepStrictEqual(kept(project), [])
    assert.deepStrictEqual(filesBelow(join(project.folder, "artifacts-cache/checkpoints")), [])
    spawnSync("kill", ["-9", "--", `-${group}`])
  })

  it("needs its secrets when it runs, and not when its result is there", () => {
    const { TOKEN: _, ...environment } = process.env
    const project = single(SCRIPT("echo '{}' > m.json", "secrets: [TOKEN]\n"))
    const run = (env: NodeJS.ProcessEnv) =>
      spawnSync(process.execPath, [COMMAND, "run", "p.yaml"], {
        cwd: project.folder,
        env: { ...environment, NO_COLOR: "1", ...env },
        encoding: "utf8"
      })
    assert.include(run({}).stderr, "the environment has no TOKEN")
    assert.strictEqual(run({ TOKEN: "x" }).status, 0)
    assert.include(run({ TOKEN: "other" }).stderr, "0 ran, 1 cached")
    assert.include(run({}).stderr, "0 ran, 1 cached")
  })

  it("is refused before anything runs where its words, paths or files cannot be", () => {
    const project = makeProject({
      "p.yaml": `name: p
params: { name: ../x.csv, nothing: [], map: { a: 1 } }
stages:
  a:
    uses: command
    run: [ls, "\${{ params.map }}"]
    outputs: { t: { path: "\${{ params.name }}", kind: Table } }
  b:
    uses: command
    run: [ls]
    outputs: { t: { path: t.txt, kind: Table }, u: { path: inputs/u.csv, kind: Table } }
  c:
    uses: command
    run: "\${{ params.nothing }}"
    shell: true
  d:
    uses: command
    run: ["\${{ params.nothing }}"]
`
    })
    const { status, stderr } = project.run("validate", "p.yaml")
    assert.strictEqual(status, 2)
    for (const part of [
      'p.yaml:6:15  error  stage "a": run: argument 1 is a map',
      'p.yaml:7:27  error  stage "a": output "t": the path "../x.csv" must be that of a file',
      'p.yaml:11:27  error  stage "b": output "t": a Table is read from .arrow, .csv files, not from t.txt',
      'stage "b": output "u": inputs/ is where the command finds its inputs',
      'p.yaml:14:10  error  stage "c": run is []',
      'stage "d": run starts with the name of a program'
    ]) {
      assert.include(stderr, part)
    }
  })

  it("names files that are not there", () => {
    const project = single("run: [ls]\nfiles: [lib/, ./no.py]\n")
    const { status, stderr } = project.run("validate", "p.yaml")
    assert.strictEqual(status, 2)
    assert.include(stderr, 'p.yaml:6:13  error  stage "it": files: lib/: there is no such file or folder')
    assert.include(stderr, 'stage "it": files: ./no.py: there is no such file or folder')
  })
  it("runs the stored copy of a script that is named by its full path, also where that is edited during the run", () => {
    const project = single("run: [cp, a.txt, b.txt]\noutputs: { m: { path: b.txt, kind: Json } }\n")
    const path = join(project.folder, "fit.sh")
    project.write("fit.sh", `echo "{ \\"n\\": 1 }" > m.json\n`)
    project.write(
      "p.yaml",
      `name: p
stages:
  slow: { uses: command, shell: true, run: "echo 'echo \\"{ }\\" > m.json' > ${path}; echo 1 > s.json", outputs: { s: { path: s.json, kind: Json } } }
  words: { uses: command, run: [sh, ${path}], inputs: { s: slow.s }, outputs: { m: { path: m.json, kind: Metrics } } }
  script: { uses: command, shell: true, run: "sh ${path}; cat inputs/s.json", inputs: { s: slow.s }, outputs: { m: { path: m.json, kind: Metrics } } }
outputs: { words.json: words.m, script.json: script.m }
`
    )
    const { status, stderr } = project.run("run", "p.yaml", "-j", "1")
    assert.strictEqual(status, 0, stderr)
    for (const name of ["words", "script"]) {
      assert.deepStrictEqual(JSON.parse(project.read(`reports/p/${name}.json`)), { n: 1 })
    }
  })

  it("is refused where its script names a copied file by its full path behind a cd, and no earlier", () => {
    const project = single('run: [ls, "."]\noutputs: { m: { path: m.json, kind: Json } }\n', { "lib/a.sh": "" })
    const path = join(project.folder, "lib/a.sh")
    const told = (script: string) => {
      const stage = `{ uses: command, shell: true, run: "${script}", outputs: { m: { path: m.json, kind: Json } } }`
      project.write("p.yaml", `name: p\nstages:\n  it: ${stage}\n`)
      return project.run("validate", "p.yaml")
    }
    for (const script of [`cd lib && sh ${path}`, `sh ${path}; (cd lib; sh ${path})`]) {
      const { status, stderr } = told(script)
      assert.strictEqual(status, 2)
      assert.match(
        stderr,
        /error +stage "it": run: \/.*\/lib\/a\.sh is named behind a cd: its copy, lib\/a\.sh in the/mu
      )
    }
    for (const script of [`sh ${path}; cd lib`, "cd lib; sh a.sh"]) {
      const { status, stderr } = told(script)
      assert.strictEqual(status, 0, stderr)
    }
  })

  it("is refused where it is told the full path of what is not copied, and warned of what lies elsewhere", () => {
    const project = single('run: [ls, "."]\noutputs: { m: { path: m.json, kind: Json } }\n', { "lib/a": "" })
    const other = makeProject({ "a.json": "[]" }).folder
    const told = (word: string) => {
      const stage = `{ uses: command, run: [cp, ${word}, m.json], outputs: { m: { path: m.json, kind: Json } } }`
      project.write("p.yaml", `name: p\nstages:\n  it: ${stage}\n`)
      return project.run("validate", "p.yaml")
    }
    const refused = told(join(project.folder, "lib"))
    assert.strictEqual(refused.status, 2)
    assert.match(refused.stderr, /^p\.yaml:3:29 +error +stage "it": run: \/.*\/lib lies beside the pipeline/mu)
    const warned = told(`--from=${other}/a.json`)
    assert.strictEqual(warned.status, 0)
    assert.match(
      warned.stderr,
      /^p\.yaml:3:3 +warning +stage "it": run: no result depends on what lies at \/.*a\.json/mu
    )
    told(`${other}/a.json`)
    for (const _ of ["computed", "cached"]) {
      const { status, stderr } = project.run("run", "p.yaml")
      assert.strictEqual(status, 0)
      assert.include(stderr, "warning: p.yaml:3:3 stage")
    }
  })
})
