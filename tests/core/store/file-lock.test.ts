import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { acquireLock } from "../../../core/store/file-lock.ts"
import { temporaryFolder } from "./sample-store.ts"

/** Takes the lock as `acquireLock` does, says so, and holds it until killed. */
const HOLDER = `
  const { DatabaseSync } = require("node:sqlite")
  const db = new DatabaseSync(process.argv[1], { timeout: 0 })
  db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE")
  process.stdout.write("held")
  setInterval(() => db.isOpen, 1000)
`

/** A process that holds a lock; gone when the scope closes. */
const holderOf = (path: string) =>
  Effect.acquireRelease(
    Effect.callback<ReturnType<typeof spawn>>((resume) => {
      const child = spawn(process.execPath, ["-e", HOLDER, path], { stdio: ["ignore", "pipe", "ignore"] })
      child.stdout?.once("data", () => resume(Effect.succeed(child)))
      child.once("exit", (code) => resume(Effect.die(new Error(`the holder ended with ${code}`))))
    }),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

describe("acquireLock", () => {
  it.live("lets a second scope wait until the first closes", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "lock")
      const order: Array<string> = []
      const held = yield* Deferred.make<void>()
      const release = yield* Deferred.make<void>()
      const first = yield* Effect.gen(function* () {
        yield* acquireLock(path)
        order.push("first holds")
        yield* Deferred.succeed(held, undefined)
        yield* Deferred.await(release)
        order.push("first lets go")
      }).pipe(Effect.scoped, Effect.forkChild)
      yield* Deferred.await(held)
      const second = yield* Effect.gen(function* () {
        yield* acquireLock(path)
        order.push("second holds")
      }).pipe(Effect.scoped, Effect.forkChild)
      yield* Effect.sleep(120)
      assert.deepStrictEqual(order, ["first holds"])
      yield* Deferred.succeed(release, undefined)
      yield* Fiber.join(first)
      yield* Fiber.join(second)
      assert.deepStrictEqual(order, ["first holds", "first lets go", "second holds"])
      assert(existsSync(path), "the file stays, so that two holders never lock two files of one name")
    })
  )

  it.live("lets two locks be held at once", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.scoped(Effect.andThen(acquireLock(join(folder, "a")), acquireLock(join(folder, "b"))))
    })
  )

  it.live("lets only one of many in at a time", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "lock")
      let inside = 0
      let most = 0
      const enter = Effect.gen(function* () {
        yield* acquireLock(path)
        most = Math.max(most, ++inside)
        yield* Effect.sleep(1)
        inside--
      }).pipe(Effect.scoped)
      yield* Effect.all(
        Array.from({ length: 8 }, () => enter),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(most, 1)
    })
  )

  it.live("is free again when what held it failed", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "lock")
      yield* Effect.flip(Effect.scoped(Effect.andThen(acquireLock(path), Effect.fail("no"))))
      yield* Effect.scoped(acquireLock(path))
    })
  )

  it.live("can be given up while waiting, and leaves the lock to its holder and then to others", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "lock")
      yield* Effect.gen(function* () {
        yield* acquireLock(path)
        const waiting = yield* Effect.forkChild(Effect.scoped(acquireLock(path)))
        yield* Effect.sleep(60)
        yield* Fiber.interrupt(waiting)
        assert.strictEqual(
          yield* Effect.timeoutOption(Effect.scoped(acquireLock(path)), 60).pipe(Effect.map((one) => one._tag)),
          "None"
        )
      }).pipe(Effect.scoped)
      yield* Effect.scoped(acquireLock(path))
    })
  )

  it.live("waits for another process, and has the lock when that is killed", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "lock")
      const child = yield* holderOf(path)
      let isHeld = false
      const waiting = yield* Effect.gen(function* () {
        yield* acquireLock(path)
        isHeld = true
      }).pipe(Effect.scoped, Effect.forkChild)
      yield* Effect.sleep(120)
      assert(!isHeld)
      child.kill("SIGKILL")
      yield* Fiber.join(waiting)
      assert(isHeld)
    })
  )

  it.live("says which lock it cannot take", () =>
    Effect.gen(function* () {
      const path = join(yield* temporaryFolder, "missing", "lock")
      const error = yield* Effect.flip(Effect.scoped(acquireLock(path)))
      assert(error.message.startsWith(`cannot lock ${path}: `))
    })
  )
})
