import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect } from "effect"
import { assert, describe, it, onTestFinished, vi } from "vitest"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { Claims } from "../../../core/store/Claims.ts"
import { leasesIn } from "../../../core/store/Lease.ts"
import { digest, inStore } from "./sample-store.ts"

const [A, B] = [digest("a"), digest("b")]

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "athanor-claims-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const opened = (path: string): Claims => {
  const claims = new Claims(path)
  onTestFinished(() => claims.close())
  return claims
}

/** Another process that claims a key, says whether it got it, and lives on. */
const startHolder = async (path: string, key: string) => {
  const module = new URL("../../../core/store/Claims.ts", import.meta.url).href
  const code = `import { Claims } from ${JSON.stringify(module)}
    // Kept, for what nobody can reach any more is closed, and its lock with it.
    globalThis.claims = new Claims(${JSON.stringify(path)})
    console.log(await globalThis.claims.ask(${JSON.stringify(key)}))
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "ignore"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  const [answer] = await once(child.stdout, "data")
  return { child, got: String(answer).trim() === "true" }
}

describe("Claims", () => {
  it("gives a key to one holder until it is released, and other keys to others", async () => {
    const path = folder()
    const [one, two] = [opened(path), opened(path)]
    assert.isTrue(await one.ask(A))
    assert.isFalse(await two.ask(A))
    assert.isTrue(await two.ask(B))
    one.release(A)
    await vi.waitUntil(() => two.ask(A))
  })

  it("closes where nothing can be cleared, and is void then", async () => {
    const path = folder()
    const claims = new Claims(path)
    assert.isTrue(await claims.ask(A))
    // In place of another process that has the database for longer than one waits.
    const other = new DatabaseSync(join(path, "claims.sqlite"))
    other.exec("CREATE TRIGGER held BEFORE DELETE ON claim BEGIN SELECT RAISE(ABORT, 'database is locked'); END")
    claims.close()
    assert.isEmpty(leasesIn(path))
    other.exec("DROP TRIGGER held")
    other.close()
    assert.isTrue(await opened(path).ask(A))
  })

  it("knows whether another holder has acted since it began to watch", async () => {
    const path = folder()
    const [one, two] = [opened(path), opened(path)]
    assert.isTrue(one.othersActed)
    one.watch()
    await one.ask(A)
    one.release(A)
    await vi.waitUntil(() => one.ask(A))
    assert.isFalse(one.othersActed)
    await two.ask(B)
    await one.ask(B)
    assert.isTrue(one.othersActed)
  })

  it("knows that a holder which was killed may have acted", async () => {
    const path = folder()
    const { child } = await startHolder(path, A)
    const claims = opened(path)
    claims.watch()
    child.kill("SIGKILL")
    await once(child, "exit")
    assert.isTrue(await claims.ask(A))
    assert.isTrue(claims.othersActed)
  })

  it("answers requests of one moment together, and what was released in it is free", async () => {
    const claims = opened(folder())
    assert.deepStrictEqual(await Promise.all([A, B, A].map((key) => claims.ask(key))), [true, true, false])
    claims.release(B)
    assert.deepStrictEqual(await Promise.all([A, B].map((key) => claims.ask(key))), [false, true])
  })

  it("does not give a key twice to one holder", async () => {
    const claims = opened(folder())
    assert.isTrue(await claims.ask(A))
    assert.isFalse(await claims.ask(A))
  })

  it("does not release what another holds", async () => {
    const path = folder()
    const [one, two] = [opened(path), opened(path)]
    await one.ask(A)
    two.release(A)
    assert.isFalse(await two.ask(A))
  })

  it("holds against another process while its own lives, and no longer", async () => {
    const path = folder()
    const { child, got } = await startHolder(path, A)
    assert.isTrue(got)
    const claims = opened(path)
    assert.isFalse(await claims.ask(A))
    child.kill("SIGKILL")
    await once(child, "exit")
    assert.isTrue(await claims.ask(A))
  })

  it("are cleared with the files of a holder that was killed, by whoever comes next", async () => {
    const path = folder()
    const { child } = await startHolder(path, A)
    child.kill("SIGKILL")
    await once(child, "exit")
    const claims = opened(path)
    await claims.ask(B)
    assert.lengthOf(
      readdirSync(path).filter((name) => name.endsWith(".alive")),
      1
    )
  })

  it("ends with its holder, who leaves no file", async () => {
    const path = folder()
    const one = new Claims(path)
    await one.ask(A)
    one.close()
    assert.isEmpty(readdirSync(path).filter((name) => name.endsWith(".alive")))
    assert.isTrue(await opened(path).ask(A))
  })

  it("begins anew where a power failure left a file that cannot be read", async () => {
    const path = folder()
    writeFileSync(join(path, "claims.sqlite"), "x".repeat(5000))
    assert.isTrue(await opened(path).ask(A))
  })
})

describe("many processes that start at once", () => {
  it("give a key to exactly one of them", async () => {
    const path = folder()
    for (let round = 0; round < 3; round++) {
      const key = digest(`round ${round}`)
      const holders = await Promise.all(Array.from({ length: 6 }, () => startHolder(path, key)))
      assert.lengthOf(
        holders.filter(({ got }) => got),
        1
      )
    }
  })
})

describe("ActionStore.lock", () => {
  it("lets one process compute a key while another waits for it", async () => {
    const path = folder()
    await Effect.runPromise(inStore(path, Effect.void))
    const { child } = await startHolder(join(path, "locks"), A)
    const waited = Effect.gen(function* () {
      const actions = yield* ActionStore
      const lock = Effect.scoped(actions.lock(A))
      assert.strictEqual((yield* Effect.timeoutOption(lock, 120))._tag, "None")
      yield* Effect.scoped(actions.lock(B))
      child.kill("SIGKILL")
      yield* lock
    })
    await Effect.runPromise(inStore(path, waited))
  })
})
