import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { assert, vi } from "vitest"
import type { Project } from "../e2e/project.ts"
import { faultRow } from "./fault-row.ts"

/** GiB of the file; `LARGE_GIB=5` is more than Node reads at once, and takes minutes. */
const GIB = Number(process.env["LARGE_GIB"] ?? 1)

// A disk writes a GiB in seconds, or in a minute.
vi.setConfig({ testTimeout: 120_000 * GIB })

/** MiB that the orchestrator may have in memory. */
const MOST = 300

const BIG = {
  "big.yaml": `name: big
stages:
  make:
    uses: command
    run: [sh, -c, "mkdir out && truncate -s ${GIB}G out/large && printf end >> out/large"]
    outputs: { files: { path: out, kind: Directory } }
  use:
    uses: command
    inputs: { files: make.files }
    run: [sh, -c, 'tail -c 3 inputs/files/large | sed "s/.*/\\"&\\"/" > end.json']
    outputs: { end: { path: end.json, kind: Json } }
outputs:
  copied: make.files
  end.json: use.end
`
}

/** Runs a command; its status, and the most MiB that it had in memory. */
const watched = (study: Project, ...args: ReadonlyArray<string>) =>
  new Promise<{ readonly status: number | null; readonly peak: number }>((resolve) => {
    const child = study.start(...args)
    let peak = 0
    const timer = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid))
    }, 20)
    child.once("exit", (status) => {
      clearInterval(timer)
      resolve({ status, peak })
    })
  })

const peakOf = (pid: number | undefined): number => {
  try {
    const { kib = "0" } = /VmHWM:\s+(?<kib>\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.groups ?? {}
    return Number(kib) / 1024
  } catch {
    return 0
  }
}

faultRow(
  {
    fault: `multi-GB artifact: ${GIB} GiB`,
    expected: `goes through commands, store and get with less than ${MOST} MiB of memory`,
    protections: ["stream-files"],
    unless: process.platform === "linux" ? undefined : "only Linux tells how much memory a process had"
  },
  async ({ project }) => {
    const study = project(BIG, { NODE_OPTIONS: "--max-old-space-size=128" })
    for (const command of [
      ["run", "big.yaml"],
      ["get", "latest:make.files", "got"],
      ["cache", "verify"]
    ]) {
      const { status, peak } = await watched(study, ...command)
      assert.strictEqual(status, 0, command.join(" "))
      assert.isAbove(peak, 0)
      assert.isBelow(peak, MOST, command.join(" "))
    }
    assert.strictEqual(study.read("reports/big/end.json"), '"end"\n')
    for (const folder of ["reports/big/copied", "got"]) {
      assert.strictEqual(statSync(join(study.folder, folder, "large")).size, GIB * 2 ** 30 + 3)
    }
  }
)
