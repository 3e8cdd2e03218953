import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { onTestFinished, vi } from "vitest"
import { ActionStore } from "../../../core/store/ActionStore.ts"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import { IndexTables, type SegmentEntry } from "../../../core/store/IndexTables.ts"
import { digest, inStore, record, temporaryFolder } from "./sample-store.ts"

/** The task whose record holds for a key. */
const holder = (key: string) => Effect.map(ActionStore, (actions) => actions.find(digest(key))?.task)

const commit = (key: string, task: string) =>
  Effect.flatMap(ActionStore, (actions) => actions.commit(record(key, task)))

const segmentsOf = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(folder, "actions")).map((name) => join(folder, "actions", name))

/** A store that has been opened before, with segments as other processes left them. */
const withSegments = (folder: string, segments: { readonly [name: string]: ReadonlyArray<SegmentEntry | string> }) =>
  Effect.sync(() => {
    mkdirSync(join(folder, "actions"), { recursive: true })
    for (const [name, lines] of Object.entries(segments)) {
      const text = lines.map((line) => (typeof line === "string" ? line : `${encodeLine(line)}\n`)).join("")
      writeFileSync(join(folder, "actions", `${name}.log`), text)
    }
  })

const committed = (key: string, task: string, at: number): SegmentEntry => ({ record: record(key, task), at })
const forgotten = (key: string, at: number): SegmentEntry => ({ forget: digest(key), at })

/** All orders of a few things. */
const ordersOf = <A>(items: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, index) => ordersOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))

describe("ActionStore", () => {
  it.live(
    "explains the code of each process's records in its own segment, which may be the only one that is left",
    () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const codeParts = { declarations: { run: digest("run") }, packages: {} }
        const explained = (key: string) =>
          inStore(
            folder,
            Effect.flatMap(ActionStore, (actions) => actions.commit(record(key, key, { codeParts })))
          )
        yield* explained("first")
        const [first = ""] = segmentsOf(folder)
        yield* explained("second")
        rmSync(first)
        const found = yield* inStore(
          folder,
          Effect.map(ActionStore, (actions) => actions.find(digest("second")))
        )
        assert.deepStrictEqual(found?.codeParts, codeParts)
      })
  )

  it.live("does not look again for what an empty store had not, once it has something else", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const looks = vi.spyOn(IndexTables.prototype, "find")
      onTestFinished(() => looks.mockRestore())
      yield* inStore(
        folder,
        Effect.gen(function* () {
          // As a run does: nobody else acts in the store unseen.
          yield* Effect.flatMap(ActionStore, ({ watch }) => watch)
          assert.strictEqual(yield* holder("absent"), undefined)
          yield* commit("k", "circle")
          assert.strictEqual(yield* holder("k"), "circle")
          looks.mockClear()
          assert.strictEqual(yield* holder("absent"), undefined)
          assert.strictEqual(looks.mock.calls.length, 0)
        })
      )
    })
  )

  it.live("finds what was committed, in this process and in the next, and nothing else", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const made = record("k", "circle", { metrics: { loss: 0.1 }, logs: [{ level: "Warn", message: "é\n" }] })
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          assert.strictEqual(actions.find(digest("k")), undefined)
          assert.deepStrictEqual(yield* actions.commit(made), made)
          assert.deepStrictEqual(actions.find(digest("k")), made)
          assert.strictEqual(actions.find(digest("other")), undefined)
        })
      )
      const found = yield* inStore(
        folder,
        Effect.map(ActionStore, (actions) => actions.find(digest("k")))
      )
      assert.deepStrictEqual(found, made)
    })
  )

  it.live("lets the first writer win and tells the second", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          yield* commit("k", "first")
          assert.strictEqual((yield* commit("k", "second")).task, "first")
          assert.strictEqual(yield* holder("k"), "first")
        })
      )
    })
  )

  it.live("makes no segment until something is committed, and one a process", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(folder, holder("k"))
      assert.strictEqual(segmentsOf(folder).length, 0)
      yield* inStore(folder, Effect.andThen(commit("k", "a"), commit("l", "b")))
      assert.strictEqual(segmentsOf(folder).length, 1)
      yield* inStore(folder, commit("m", "c"))
      assert.strictEqual(segmentsOf(folder).length, 2)
    })
  )

  it.live("forgets a record, for this process and the next, and takes a new one for its key", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          yield* commit("k", "old")
          yield* actions.forget(digest("k"))
          assert.strictEqual(yield* holder("k"), undefined)
        })
      )
      assert.strictEqual(yield* inStore(folder, holder("k")), undefined)
      assert.strictEqual((yield* inStore(folder, commit("k", "new"))).task, "new")
      rmSync(join(folder, "index.sqlite"))
      assert.strictEqual(yield* inStore(folder, holder("k")), "new")
    })
  )

  it.live("comes to the same result in whatever order segments are read", () =>
    Effect.gen(function* () {
      const histories: ReadonlyArray<readonly [ReadonlyArray<SegmentEntry>, string | undefined]> = [
        [[committed("k", "second", 20), committed("k", "first", 10), committed("k", "third", 30)], "first"],
        [[committed("k", "old", 10), forgotten("k", 20), committed("k", "new", 30)], "new"],
        [
          [committed("k", "old", 10), forgotten("k", 20), committed("k", "newer", 31), committed("k", "new", 30)],
          "new"
        ],
        [[committed("k", "old", 10), forgotten("k", 40), committed("k", "new", 30)], undefined],
        [[forgotten("k", 20), forgotten("k", 5), committed("k", "old", 10)], undefined],
        [[committed("other", "other", 1), forgotten("other", 50), committed("k", "mine", 10)], "mine"]
      ]
      const parent = yield* temporaryFolder
      let count = 0
      for (const [history, expected] of histories) {
        for (const order of ordersOf(history)) {
          const folder = join(parent, `${count++}`)
          // The index takes entries in the order of lines: one segment each way stands for any order of segments.
          yield* withSegments(folder, { a: order })
          assert.strictEqual(
            yield* inStore(folder, holder("k")),
            expected,
            JSON.stringify(order.map((entry) => ("at" in entry ? entry.at : 0)))
          )
        }
      }
    })
  )

  it.live("rebuilds its index when that was deleted, overwritten with garbage, emptied or cut short", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const index = join(folder, "index.sqlite")
      yield* inStore(folder, Effect.andThen(commit("k", "a"), commit("l", "b")))
      const whole = readFileSync(index)
      const damages: ReadonlyArray<() => void> = [
        () => rmSync(index),
        () => writeFileSync(index, Buffer.alloc(8192, "garbage")),
        () => writeFileSync(index, ""),
        () => writeFileSync(index, whole.subarray(0, 5000)),
        () => {
          // The pages behind the first are noise, its header is right.
          writeFileSync(index, Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096, 0xa5)]))
        }
      ]
      for (const damage of damages) {
        for (const suffix of ["-wal", "-shm"]) rmSync(`${index}${suffix}`, { force: true })
        damage()
        assert.deepStrictEqual(yield* inStore(folder, Effect.all([holder("k"), holder("l")])), ["a", "b"])
      }
    })
  )

  it.live("answers when any page of its index becomes noise while it is in use, and from the next opening on", () =>
    Effect.gen(function* () {
      const parent = yield* temporaryFolder
      const names = Array.from({ length: 40 }, (_, index) => `task ${index}`)
      const everything = Effect.gen(function* () {
        const actions = yield* ActionStore
        return [
          names.map((name) => actions.find(digest(name))?.task),
          actions.history("data/circle").length,
          actions.ofTask("data/circle", "task 7").length,
          actions.recordsOf(digest("task 9")).length,
          actions.findArtifacts(digest("task 11 output").slice(0, 10)).length
        ]
      })
      const expected = [names, names.length, 1, 1, 1]
      const whole = join(parent, "whole")
      yield* inStore(
        whole,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          for (const name of names) {
            const outputs = { out: { kind: "Json", digest: digest(`${name} output`), files: [] } } as const
            yield* actions.commit(record(name, name, { outputs, logs: [{ level: "Info", message: "x".repeat(900) }] }))
          }
        })
      )
      const pages = readFileSync(join(whole, "index.sqlite")).length / 4096
      assert.isAbove(pages, 9)
      for (let page = 0; page < pages; page++) {
        const folder = join(parent, `${page}`)
        cpSync(whole, folder, { recursive: true })
        const index = join(folder, "index.sqlite")
        const bytes = readFileSync(index)
        bytes.fill(0xa5, page * 4096 + (page === 0 ? 100 : 0), (page + 1) * 4096)
        writeFileSync(index, bytes)
        assert.deepStrictEqual(yield* inStore(folder, everything), expected, `page ${page}`)
        assert.deepStrictEqual(yield* inStore(folder, everything), expected, `page ${page}, opened again`)
        yield* inStore(
          folder,
          Effect.gen(function* () {
            const actions = yield* ActionStore
            const noise = readFileSync(index)
            noise.fill(0x5a, page * 4096, (page + 1) * 4096)
            writeFileSync(index, noise)
            assert.deepStrictEqual(yield* everything, expected, `page ${page}, in use`)
            yield* actions.commit(record("late", "late"))
            yield* actions.refresh
            assert.strictEqual(actions.find(digest("late"))?.task, "late")
          })
        )
      }
    })
  )

  it.live("answers from memory where its index can neither be opened nor made", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(folder, commit("k", "a"))
      writeFileSync(join(folder, "file"), "")
      const options = { index: join(folder, "file", "index.sqlite") }
      assert.strictEqual(yield* inStore(folder, holder("k"), options), "a")
      assert.strictEqual((yield* inStore(folder, commit("l", "b"), options)).task, "b")
      assert.strictEqual(yield* inStore(folder, holder("l")), "b")
    })
  )

  it.live("fails with a sentence, and not with what SQLite throws, when the segments themselves cannot be read", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(folder, commit("k", "a"))
      mkdirSync(join(folder, "actions", "a-folder.log"))
      writeFileSync(join(folder, "index.sqlite"), "noise")
      const error = yield* Effect.flip(inStore(folder, holder("k")))
      assert.strictEqual(error._tag, "StoreUnavailable")
      assert(error.message.startsWith(`cannot read ${join(folder, "actions")}: `), error.message)
    })
  )

  it.live("makes an index of another store anew, and one whose segments are gone or shorter", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const options = { index: join(folder, "index.sqlite") }
      const [one, other] = [join(folder, "one"), join(folder, "other")]
      yield* inStore(one, commit("k", "one"), options)
      assert.strictEqual(yield* inStore(other, holder("k"), options), undefined)
      yield* inStore(other, commit("k", "other"), options)
      assert.strictEqual(yield* inStore(one, holder("k"), options), "one")
      yield* inStore(one, commit("l", "late"), options)
      const [first = "", second = ""] = segmentsOf(one)
      rmSync(readFileSync(first, "utf8").includes("late") ? first : second)
      assert.deepStrictEqual(yield* inStore(one, Effect.all([holder("k"), holder("l")]), options), ["one", undefined])
      for (const segment of segmentsOf(one)) writeFileSync(segment, "")
      assert.strictEqual(yield* inStore(one, holder("k"), options), undefined)
    })
  )

  it.live("sees while it is open that another store has been given its index", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const options = { index: join(folder, "index.sqlite") }
      yield* inStore(
        join(folder, "one"),
        Effect.gen(function* () {
          yield* commit("k", "one")
          yield* inStore(join(folder, "other"), commit("k", "other"), options)
          yield* commit("l", "one")
          assert.deepStrictEqual(yield* Effect.all([holder("k"), holder("l")]), ["one", "one"])
        }),
        options
      )
      const found = yield* inStore(join(folder, "other"), Effect.all([holder("k"), holder("l")]), options)
      assert.deepStrictEqual(found, ["other", undefined])
    })
  )

  it.live("finds its own results when another store has been given its index, and nothing else is done", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const options = { index: join(folder, "index.sqlite") }
      const [one, other] = [join(folder, "one"), join(folder, "other")]
      yield* inStore(one, commit("k", "one"), options)
      yield* inStore(
        one,
        Effect.gen(function* () {
          assert.strictEqual(yield* holder("k"), "one")
          yield* inStore(other, commit("l", "other"), options)
          assert.deepStrictEqual(yield* Effect.all([holder("k"), holder("l")]), ["one", undefined])
        }),
        options
      )
    })
  )

  it.live("keeps superseded records and their artifacts for the runs that found them", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const outputsOf = (text: string) =>
        ({
          out: { kind: "Json", digest: digest(text), files: [{ path: text, digest: digest(text), bytes: 1 }] }
        }) as const
      const commitBoth = Effect.gen(function* () {
        const actions = yield* ActionStore
        yield* actions.commit(record("k", "old", { outputs: outputsOf("old") }))
        yield* actions.forget(digest("k"))
        yield* actions.commit(record("k", "new", { outputs: outputsOf("new") }))
      })
      yield* inStore(folder, commitBoth)
      for (const damage of [() => undefined, () => rmSync(join(folder, "index.sqlite"))]) {
        damage()
        yield* inStore(
          folder,
          Effect.gen(function* () {
            const actions = yield* ActionStore
            assert.strictEqual(yield* holder("k"), "new")
            assert.deepStrictEqual(
              actions.recordsOf(digest("k")).map(({ task }) => task),
              ["old", "new"]
            )
            assert.deepStrictEqual(actions.findArtifacts(digest("old")), [outputsOf("old").out])
            assert.deepStrictEqual(
              actions.history("data/circle").map(({ task }) => task),
              ["new"]
            )
          })
        )
      }
    })
  )

  it.live("keeps its index where it is told to", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const index = join(folder, "elsewhere", "index.sqlite")
      yield* inStore(join(folder, "store"), commit("k", "a"), { index })
      assert(!readdirSync(join(folder, "store")).includes("index.sqlite"))
      assert.include(readdirSync(join(folder, "elsewhere")), "index.sqlite")
      assert.strictEqual(yield* inStore(join(folder, "store"), holder("k"), { index }), "a")
    })
  )

  it.live("ignores a last line that was torn, until the rest of it is there", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const line = `${encodeLine(committed("l", "late", 20))}\n`
      const torn = line.slice(0, line.length / 2)
      yield* withSegments(folder, { a: [committed("k", "a", 10), torn] })
      assert.deepStrictEqual(yield* inStore(folder, Effect.all([holder("k"), holder("l")])), ["a", undefined])
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          appendFileSync(join(folder, "actions", "a.log"), line.slice(torn.length))
          yield* actions.refresh
          assert.strictEqual(yield* holder("l"), "late")
        })
      )
    })
  )

  it.live("skips a damaged line and takes those around it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const line = `${encodeLine(committed("l", "bent", 15))}\n`
      yield* withSegments(folder, {
        a: [committed("k", "a", 10), line.replace("bent", "tuned"), "not even JSON\n", "\n", committed("m", "c", 20)]
      })
      const found = yield* inStore(folder, Effect.all([holder("k"), holder("l"), holder("m")]))
      assert.deepStrictEqual(found, ["a", undefined, "c"])
    })
  )

  it.live("sees what another process committed and forgot, once refreshed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const other = { index: join(folder, "other", "index.sqlite") }
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const mine = yield* ActionStore
          yield* inStore(
            folder,
            Effect.gen(function* () {
              const theirs = yield* ActionStore
              assert.notStrictEqual(theirs, mine)
              yield* mine.commit(record("mine", "mine"))
              yield* theirs.commit(record("theirs", "theirs"))
              yield* theirs.refresh
              yield* mine.refresh
              assert.strictEqual(theirs.find(digest("mine"))?.task, "mine")
              assert.strictEqual(mine.find(digest("theirs"))?.task, "theirs")
              yield* theirs.forget(digest("mine"))
              yield* mine.refresh
              assert.strictEqual(mine.find(digest("mine")), undefined)
            }),
            other
          )
        })
      )
    })
  )

  it.live("agrees with another process on who was first, though both wrote a record of one key", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const mine = yield* ActionStore
          yield* inStore(
            folder,
            Effect.gen(function* () {
              const theirs = yield* ActionStore
              yield* mine.commit(record("k", "mine"))
              yield* Effect.sleep(2)
              assert.strictEqual((yield* theirs.commit(record("k", "theirs"))).task, "mine")
              yield* theirs.refresh
              yield* mine.refresh
              assert.strictEqual(mine.find(digest("k"))?.task, "mine")
              assert.strictEqual(theirs.find(digest("k"))?.task, "mine")
            }),
            { index: join(folder, "other", "index.sqlite") }
          )
        })
      )
    })
  )

  it.live("shares an index with another process", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const mine = yield* ActionStore
          yield* inStore(
            folder,
            Effect.gen(function* () {
              const theirs = yield* ActionStore
              for (let index = 0; index < 5; index++) {
                yield* mine.commit(record(`mine ${index}`, "mine"))
                yield* theirs.commit(record(`theirs ${index}`, "theirs"))
              }
              yield* mine.refresh
              for (let index = 0; index < 5; index++) {
                assert.strictEqual(mine.find(digest(`theirs ${index}`))?.task, "theirs")
                assert.strictEqual(theirs.find(digest(`mine ${index}`))?.task, "mine")
              }
            })
          )
        })
      )
    })
  )

  it.live("lists the records of a stage type and of a task, the latest first", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          for (const [key, task, startedAt] of [
            ["a", "x", 20],
            ["b", "y", 30],
            ["c", "x", 10]
          ] as const) {
            yield* actions.commit(record(key, task, { startedAt }))
          }
          const keys = (found: ReadonlyArray<{ readonly key: string }>) => found.map(({ key }) => key)
          assert.deepStrictEqual(keys(actions.history("data/circle")), ["b", "a", "c"].map(digest))
          assert.deepStrictEqual(keys(actions.history("data/circle", 1)), [digest("b")])
          assert.deepStrictEqual(keys(actions.ofTask("data/circle", "x")), ["a", "c"].map(digest))
          assert.deepStrictEqual(keys(actions.history("data/square")), [])
          for (const [key, task, startedAt] of [
            ["d", "x@n=1", 5],
            ["e", "x-y@n=1", 6],
            ["f", "xa", 7]
          ] as const) {
            yield* actions.commit(record(key, task, { startedAt }))
          }
          assert.deepStrictEqual(keys(actions.ofStage("data/circle", "x")), ["a", "c", "d"].map(digest))
          assert.deepStrictEqual(keys(actions.ofStage("data/circle", "x", 1)), [digest("a")])
          assert.deepStrictEqual(keys(actions.ofStage("data/square", "x")), [])
        })
      )
    })
  )

  it.live("finds the records of a family below a value, the furthest first, in whatever order they came", () =>
    Effect.gen(function* () {
      const parent = yield* temporaryFolder
      const members = [
        ["a", "family", 10],
        ["b", "family", 30],
        ["c", "family", 20],
        ["d", "other", 25]
      ] as const
      for (const [index, order] of ordersOf(members).entries()) {
        const folder = join(parent, `${index}`)
        const entries = order.map(([key, family, at]) => ({
          record: record(key, key, { family: { digest: digest(family), at } }),
          at
        }))
        yield* withSegments(folder, { a: [...entries, committed("e", "none", 1)] })
        yield* inStore(
          folder,
          Effect.map(ActionStore, ({ ofFamily }) => {
            const tasks = (below: number, limit?: number) =>
              ofFamily(digest("family"), below, limit).map(({ task }) => task)
            assert.deepStrictEqual(tasks(40), ["b", "c", "a"])
            assert.deepStrictEqual(tasks(30), ["c", "a"])
            assert.deepStrictEqual(tasks(40, 1), ["b"])
            assert.deepStrictEqual(tasks(10), [])
          })
        )
      }
    })
  )

  it.live("finds in a family what was just committed, and not what was just ended", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          const tasks = () => actions.ofFamily(digest("family"), 99).map(({ task }) => task)
          for (const at of [1, 2]) {
            yield* actions.commit(record(`${at}`, `reaches ${at}`, { family: { digest: digest("family"), at } }))
            assert.strictEqual(tasks()[0], `reaches ${at}`)
          }
          yield* actions.forget(digest("2"))
          assert.deepStrictEqual(tasks(), ["reaches 1"])
        })
      )
    })
  )

  it.live("finds code identities by their first digits", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          const codes = ["first", "second"].map(digest)
          for (const code of codes) {
            const { parts } = record("", "")
            yield* actions.commit(record(code, "x", { parts: { ...parts, code } }))
            assert.deepStrictEqual(actions.codesLike(code.slice(0, 12)), [code])
          }
          assert.deepStrictEqual([...actions.codesLike("")].sort(), [...codes].sort())
          assert.deepStrictEqual(actions.codesLike("0".repeat(12)), [])
        })
      )
    })
  )

  it.live("finds artifacts by the start of their digest, each once", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* inStore(
        folder,
        Effect.gen(function* () {
          const actions = yield* ActionStore
          const shared = { kind: "Json", digest: digest("shared"), files: [] } as const
          const other = { kind: "Json", digest: digest("other"), files: [] } as const
          yield* actions.commit(record("a", "x", { outputs: { one: shared, two: other } }))
          yield* actions.commit(record("b", "y", { outputs: { one: shared } }))
          assert.deepStrictEqual(actions.findArtifacts(shared.digest.slice(0, 8)), [shared])
          assert.strictEqual(actions.findArtifacts("").length, 2)
          assert.deepStrictEqual(actions.findArtifacts("nothing"), [])
        })
      )
    })
  )
})
