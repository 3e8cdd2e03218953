import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, onTestFinished, vi } from "vitest"
import { fileSystemLine } from "../../core/maintain/check-disk.ts"
import { findMount } from "../../core/maintain/mounted.ts"
import { Claims } from "../../core/store/Claims.ts"
import { tryLock } from "../../core/store/kernel-lock.ts"
import { digest } from "../core/store/sample-store.ts"
import { faultRow } from "./fault-row.ts"

vi.mock("../../core/fault/hooks.ts", () => import("./hooks.ts"))

const [A, B] = [digest("a"), digest("b")]

const temporaryFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "athanor-locks-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Another process that does something with the modules of the store, says so, and lives on. */
const holding = async (code: string): Promise<ChildProcess> => {
  const module = (name: string) => JSON.stringify(new URL(`../../core/store/${name}.ts`, import.meta.url).href)
  const all = `import { Claims } from ${module("Claims")}
    import { tryLock } from ${module("kernel-lock")}
    ${code}
    console.log("held")
    // Named, for what nobody can reach any more is closed, and its lock with it.
    setInterval(() => globalThis.held, 1000)`
  const child = spawn(process.execPath, ["--input-type=module", "-e", all], { stdio: ["ignore", "pipe", "ignore"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  await once(child.stdout, "data")
  return child
}

const claimant = (folder: string, key: string): Promise<ChildProcess> =>
  holding(`globalThis.held = new Claims(${JSON.stringify(folder)})
    await globalThis.held.ask(${JSON.stringify(key)})`)

const killed = async (child: ChildProcess): Promise<void> => {
  const exit = once(child, "exit")
  child.kill("SIGKILL")
  await exit
}

const opened = (folder: string): Claims => {
  const claims = new Claims(folder)
  onTestFinished(() => claims.close())
  return claims
}

const lifeFiles = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder).filter((name) => name.endsWith(".alive"))

/** Milliseconds after the death of its holder within which a key is free: a few queries take none of them. */
const SOON = 500

faultRow(
  {
    fault: "stale lock, reused pid: the holder of a key is killed -9",
    expected: "held while it lives, free at once when it is dead, and nothing is left of its lock",
    protections: ["kernel-lock"]
  },
  async () => {
    const folder = temporaryFolder()
    const child = await claimant(folder, A)
    const claims = opened(folder)
    assert.isFalse(await claims.ask(A), "taken from a holder that lives")
    await killed(child)
    const before = performance.now()
    assert.isTrue(await claims.ask(A))
    assert.isBelow(performance.now() - before, SOON)
    assert.lengthOf(lifeFiles(folder), 1)
  }
)

faultRow(
  {
    fault: "stale lock, reused pid: the holder of the lock of the catalogue is killed -9",
    expected: "held while it lives, and free at once when it is dead; the file stays and means nothing",
    protections: ["kernel-lock"]
  },
  async () => {
    const file = join(temporaryFolder(), "catalogue")
    const child = await holding(`globalThis.held = tryLock(${JSON.stringify(file)})`)
    assert.isUndefined(tryLock(file), "taken from a holder that lives")
    await killed(child)
    const held = tryLock(file)
    assert.isDefined(held)
    held?.close()
    assert.isTrue(existsSync(file))
  }
)

faultRow(
  {
    fault: "stale lock, reused pid: a process that lives has the number of the dead holder",
    expected: "nothing asks for a number: the dead holder's key is free, the living one's is not",
    protections: ["kernel-lock"]
  },
  async () => {
    const folder = temporaryFolder()
    const [dead, living] = [await claimant(folder, A), await claimant(folder, B)]
    const files = lifeFiles(folder)
    assert.lengthOf(files, 2)
    for (const name of files) {
      assert.match(name, /^[0-9a-f-]{36}\.alive$/u)
      assert.strictEqual(readFileSync(join(folder, name), "utf8"), "", "a lock is a lock, and says nothing")
    }
    await killed(dead)
    const claims = opened(folder)
    assert.isTrue(await claims.ask(A))
    assert.isFalse(await claims.ask(B), "taken from a holder that lives")
    await killed(living)
    assert.isTrue(await claims.ask(B))
  }
)

faultRow(
  {
    fault: "stale lock, reused pid: files of holders that died long ago",
    expected: "swept by whoever comes next, and those of the living are not",
    protections: ["kernel-lock"]
  },
  async () => {
    const folder = temporaryFolder()
    const children = await Promise.all([A, B].map((key) => claimant(folder, key)))
    const living = await claimant(folder, digest("c"))
    await Promise.all(children.map(killed))
    const claims = opened(folder)
    assert.isTrue(await claims.ask(A))
    assert.lengthOf(lifeFiles(folder), 2)
    assert.isFalse(await claims.ask(digest("c")))
    await killed(living)
  }
)

faultRow(
  {
    fault: "stale lock, reused pid: the holder is stopped, and goes on later",
    expected: "what it holds is not stolen, however long it says nothing",
    protections: ["kernel-lock"]
  },
  async () => {
    const folder = temporaryFolder()
    const child = await claimant(folder, A)
    child.kill("SIGSTOP")
    const claims = opened(folder)
    for (let times = 0; times < 5; times++) {
      assert.isFalse(await claims.ask(A), "stolen from a holder that was only stopped")
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    child.kill("SIGCONT")
    assert.isFalse(await claims.ask(A))
    await killed(child)
    assert.isTrue(await claims.ask(A))
  }
)

faultRow(
  {
    fault: "stale lock, reused pid: on a network file system, where locks are not to be trusted",
    expected: "`doctor` says so, with the kind of the file system and where the index can lie",
    protections: ["tell-shared-disk"]
  },
  () => {
    for (const type of ["nfs4", "cifs", "9p", "fuse.sshfs"]) {
      const { health, fact, advice } = fileSystemLine(
        findMount("/shared/store", `1 0 0:1 / /shared rw - ${type} x rw`)?.type
      )
      assert.strictEqual(health, "warning")
      assert.include(fact, type)
      assert.include(advice ?? "", "PIPELINE_INDEX")
    }
  }
)
