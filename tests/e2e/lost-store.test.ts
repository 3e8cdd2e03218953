import { once } from "node:events"
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { assert, describe, it } from "vitest"
import { makeProject, type Project } from "./project.ts"

/** Commands that take their time, one after the other. */
const SLOW = `name: slow
stages:
  first:
    uses: command
    run: [node, -e, "setTimeout(() => fs.writeFileSync('out.json', '1'), 2000)"]
    outputs: { out: { path: out.json, kind: Json } }
  second:
    uses: command
    run: [node, -e, "fs.writeFileSync('out.json', '2')"]
    inputs: { first: first.out }
    outputs: { out: { path: out.json, kind: Json } }
`

const storeOf = ({ folder }: Project): string => join(folder, "artifacts-cache")

/** Starts the run, does something to its store while the first command is at work, and gives the end of the run. */
const runWhile = async (study: Project, act: () => void) => {
  const child = study.start("run", "slow.yaml")
  let stderr = ""
  child.stderr?.on("data", (text) => {
    stderr += text
  })
  const exit = once(child, "exit")
  const work = join(storeOf(study), "work")
  while (!existsSync(work) || !readdirSync(work).some((name) => existsSync(join(work, name, "log")))) await pause(20)
  act()
  const [status] = await exit
  return { status, stderr }
}

describe("a store that somebody lays hands on during a run", () => {
  it("says so when its locks are removed, and the run stops before it counts on what others may collect", async () => {
    const study = makeProject({ "slow.yaml": SLOW })
    const { status, stderr } = await runWhile(study, () => {
      rmSync(join(storeOf(study), "locks"), { recursive: true })
      mkdirSync(join(storeOf(study), "locks"))
    })
    assert.strictEqual(status, 4, stderr)
    assert.match(stderr, /^error: cannot .*removed its locks.*start the command again$/mu)
    assert.strictEqual(study.run("run", "slow.yaml").status, 0)
  })

  it("says so in one sentence when it is moved", async () => {
    const study = makeProject({ "slow.yaml": SLOW })
    const { status, stderr } = await runWhile(study, () => renameSync(storeOf(study), `${storeOf(study)}-moved`))
    assert.strictEqual(status, 4, stderr)
    assert.lengthOf(stderr.match(/^error: .*$/gmu) ?? [], 1, stderr)
    assert.match(stderr, /^error: cannot .*somebody has moved the store/mu)
    assert.notMatch(stderr, /ERROR|dist\//u)
    assert.notInclude(readdirSync(study.folder), "artifacts-cache")
  })
})
