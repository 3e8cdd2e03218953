import { once } from "node:events"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { assert, describe, it } from "vitest"
import { tryLock } from "../../core/store/kernel-lock.ts"
import { makeProject, TINY } from "./project.ts"

/** A command that takes long enough for others to wonder. */
const SLOW = `name: slow
stages:
  first:
    uses: command
    run: [node, -e, "setTimeout(() => fs.writeFileSync('out.json', '1'), 5000)"]
    outputs: { out: { path: out.json, kind: Json } }
`

describe("a command that waits for another process", () => {
  it("says so after a while, of a task whose key another run has, once", { timeout: 60_000 }, async () => {
    const study = makeProject({ "slow.yaml": SLOW })
    const first = study.start("run", "slow.yaml")
    const exit = once(first, "exit")
    const work = join(study.folder, "artifacts-cache/work")
    while (!existsSync(work) || readdirSync(work).length === 0) await pause(20)
    const second = study.run("run", "slow.yaml")
    assert.strictEqual(second.status, 0)
    assert.lengthOf(second.stderr.match(/waiting for another run: first$/gmu) ?? [], 1, second.stderr)
    assert.match(second.stderr, /0 ran, 1 cached/u)
    await exit
  })

  it("says so of another collection, and of the catalogue", { timeout: 60_000 }, async () => {
    const study = makeProject(TINY)
    study.run("run", "tiny.yaml")
    for (const [lock, words, ...command] of [
      ["gc", "another collection", "cache", "gc", "--apply"],
      ["gc", "another collection", "cache", "pin", "this", "latest"],
      ["catalogue", "another process that writes the catalogue", "cache", "pin", "this", "latest"],
      ["catalogue", "another process that writes the catalogue", "run", "tiny.yaml"]
    ] as const) {
      const held = tryLock(join(study.folder, "artifacts-cache/locks", lock))
      const child = study.start(...command)
      const exit = once(child, "exit")
      let stderr = ""
      child.stderr?.on("data", (text) => {
        stderr += text
        if (stderr.includes("waiting") && held?.isOpen === true) held.close()
      })
      const [status] = await exit
      assert.strictEqual(status, 0, stderr)
      assert.lengthOf(stderr.match(new RegExp(`^waiting for ${words}$`, "gmu")) ?? [], 1, stderr)
    }
  })
})
