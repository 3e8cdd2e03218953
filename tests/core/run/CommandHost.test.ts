import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { CommandHost } from "../../../core/run/CommandHost.ts"
import type { ProcessEnd } from "../../../core/run/host-protocol.ts"

const MODULE = new URL("../../../core/run/command-host.ts", import.meta.url)

/** A host, and a place for the folders of its commands. */
const makeHost = () => {
  const parent = mkdtempSync(join(tmpdir(), "athanor-host-"))
  const host = new CommandHost(MODULE)
  onTestFinished(async () => {
    await host.close()
    rmSync(parent, { recursive: true, force: true })
  })
  const makeFolder = (name: string): string => {
    mkdirSync(join(parent, name))
    writeFileSync(join(parent, name, "file"), "")
    return join(parent, name)
  }
  /** Runs a script in a folder, to its end. */
  const run = (folder: string, script: string): Promise<ProcessEnd> =>
    new Promise((resolve) => {
      const settings = {
        program: "/bin/sh",
        words: ["-c", script],
        cwd: folder,
        environment: { TRACEPARENT: folder },
        log: join(folder, "log"),
        isSecret: false,
        mayMeetStrays: false
      }
      host.start(settings, { onOutput: () => {}, onEnd: resolve })
    })
  return { host, makeFolder, run }
}

describe("CommandHost", () => {
  it("removes folders when it is closed, and before where room is needed", async () => {
    const { host, makeFolder, run } = makeHost()
    const [first, second, third] = [makeFolder("a"), makeFolder("b"), makeFolder("c")]
    assert.strictEqual((await run(first, "exit 3"))._tag, "Exited")
    host.remove(first)
    host.remove(second)
    assert.isTrue(existsSync(first))
    await Promise.all([host.makeRoom(), host.makeRoom()])
    assert.deepStrictEqual(
      [first, second, third].map((folder) => existsSync(folder)),
      [false, false, true]
    )
    host.remove(third)
    await host.close()
    assert.isFalse(existsSync(third))
  })

  it("is started again where it has died, tells what was lost, and removes what the one before has left", async () => {
    const { host, makeFolder, run } = makeHost()
    const [first, second] = [makeFolder("a"), makeFolder("b")]
    assert.strictEqual((await run(first, "exit 0"))._tag, "Exited")
    host.remove(first)
    assert.strictEqual((await run(second, "kill -9 $PPID"))._tag, "Lost")
    host.remove(second)
    assert.deepStrictEqual(
      [first, second].map((folder) => existsSync(folder)),
      [true, true]
    )
    await host.close()
    assert.deepStrictEqual(
      [first, second].map((folder) => existsSync(folder)),
      [false, false]
    )
  })

  it("goes on with another after its death", async () => {
    const { host, makeFolder, run } = makeHost()
    const [first, second] = [makeFolder("a"), makeFolder("b")]
    await run(first, "kill -9 $PPID")
    host.remove(first)
    await host.makeRoom()
    assert.isFalse(existsSync(first))
    assert.strictEqual((await run(second, "exit 3"))._tag, "Exited")
  })
})
