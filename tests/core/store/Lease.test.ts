import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { isHeld, Lease, livingIn, othersIn } from "../../../core/store/Lease.ts"

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "athanor-lease-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Another process that takes a lease and lives on. */
const startHolder = async (path: string) => {
  const module = new URL("../../../core/store/Lease.ts", import.meta.url).href
  const code = `import { Lease } from ${JSON.stringify(module)}
    globalThis.lease = Lease.take(${JSON.stringify(path)})
    console.log(globalThis.lease.id)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "ignore"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  const [answer] = await once(child.stdout, "data")
  return { child, id: String(answer).trim() }
}

describe("a lease", () => {
  it("is seen as long as its holder has it, also by its holder", () => {
    const path = folder()
    const [one, two] = [Lease.take(path), Lease.take(path)]
    assert.isTrue(isHeld(path, one.id))
    assert.deepStrictEqual(othersIn(path, one), [two.id])
    two.end()
    assert.isFalse(isHeld(path, two.id))
    assert.isEmpty(othersIn(path, one))
    one.end()
    assert.isEmpty(readdirSync(path))
  })

  it("ends with its process, killed or not, and whoever asks removes what it left", async () => {
    const path = folder()
    const { child, id } = await startHolder(path)
    assert.isTrue(isHeld(path, id))
    assert.deepStrictEqual(othersIn(path, undefined), [id])
    assert.deepStrictEqual(livingIn(path), [id])
    child.kill("SIGKILL")
    await once(child, "exit")
    assert.isEmpty(livingIn(path))
    assert.lengthOf(readdirSync(path), 1)
    assert.isFalse(isHeld(path, id))
    assert.isEmpty(readdirSync(path))
  })

  it("says that others do not see its holder when somebody has removed its file", () => {
    const path = folder()
    const lease = Lease.take(path)
    lease.ensure()
    rmSync(join(path, `${lease.id}.alive`))
    assert.throws(() => lease.ensure(), /cannot go on in .*: somebody has moved the store or removed its locks/u)
    lease.end()
  })

  it("of which nobody has heard is held by nobody, and leaves no file for having been asked about", () => {
    const path = folder()
    assert.isFalse(isHeld(path, crypto.randomUUID()))
    assert.isEmpty(readdirSync(path))
  })
})
