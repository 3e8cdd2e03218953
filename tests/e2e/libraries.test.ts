/** Stages of a project of its own that compute with what comes with the command: the worked example of the documents. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"
import { makeProject } from "./project.ts"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

/** Fenced blocks of the page that begin with the name of a file. */
const FILES = Object.fromEntries(
  [
    ...readFileSync(`${ROOT}/docs/authoring-stages.md`, "utf8").matchAll(
      /```(?:ts|yaml)\n(?:#|\/\/) (?<file>\S+)\n(?<text>[\s\S]*?)```/gu
    )
  ].map(({ groups }) => [groups?.["file"] ?? "", groups?.["text"] ?? ""] as const)
)

/** What the page shows besides, of other examples. */
const OTHERS = ["stages/moments.ts", "stages/average.ts"]

describe("a project without packages", () => {
  it("trains and computes on cpu and wasm with what comes with the command, and its types hold", () => {
    const project = makeProject({
      ...Object.fromEntries(Object.entries(FILES).filter(([file]) => !OTHERS.includes(file))),
      "tsconfig.json": JSON.stringify({ extends: `${ROOT}/tsconfig.stages.json`, include: ["stages"] })
    })
    const { status, stdout, stderr } = project.run("run", "curve.yaml", "--check")
    assert.strictEqual(status, 0, stdout + stderr)
    assert.match(stderr, /5 ran, 0 cached, 0 failed/u)
    assert.match(stdout, /2 of 2 met/u)
    const { tasks } = project.json("show", "latest", "--json") as {
      readonly tasks: ReadonlyArray<{ readonly task: string; readonly device: string }>
    }
    assert.deepStrictEqual(tasks.flatMap(({ task, device }) => (task.startsWith("fit") ? [device] : [])).sort(), [
      "cpu",
      "wasm"
    ])
    const more = project.run("plan", "curve.yaml", "-S", "steps=550")
    assert.match(more.stdout, /fit \(2 of 2\) .*goes on from steps=500/u)
    const called = project.run("call", "./stages/wave.ts", "--with", '{ "count": 5, "seed": 1 }', "--out", "out")
    assert.strictEqual(called.status, 0, called.stderr)
    const types = spawnSync(process.execPath, [`${ROOT}/node_modules/typescript/bin/tsc`, "-p", "."], {
      cwd: project.folder,
      encoding: "utf8"
    })
    assert.strictEqual(types.status, 0, types.stdout)
    project.edit("stages/network.ts", '"hidden", x', '"hiden", x')
    const direct = project.run(
      "call",
      "./stages/fit.ts",
      "--with",
      '{ "width": 4, "steps": 5, "seed": 1 }',
      "-i",
      "points=out/points.arrow"
    )
    assert.strictEqual(direct.status, 1)
    assert.match(direct.stderr, /^my\/fit failed: batches of 32 .* 5 rows \(stages\/fit\.ts:\d+:\d+\) \(Defect\)\n$/u)
    const failed = project.run("run", "curve.yaml", "fit@on=wasm")
    assert.strictEqual(failed.status, 1)
    // The place is in the user's file, and not in the library that found it out.
    assert.match(
      failed.stderr.replaceAll(/\s+/gu, " "),
      /there is no parameter "hiden\/weights" .*\(stages\/network\.ts:\d+:\d+\)/u
    )
  })
})
