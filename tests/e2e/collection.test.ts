import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { makeProject, type Outcome, type Project, TINY } from "./project.ts"

/** Numbers too many for a record: each artifact is an object of its own. */
const FILES = { ...TINY, "tiny.yaml": TINY["tiny.yaml"].replace("n: 4,", "n: 700,") }

const succeeded = (outcome: Outcome): string => {
  assert.strictEqual(outcome.status, 0, outcome.stderr)
  return outcome.stdout
}

const objectsOf = (project: Project): number =>
  readdirSync(join(project.folder, "artifacts-cache/objects"), { recursive: true }).filter(
    (name) => String(name).length > 60
  ).length

const ran = (project: Project, ...args: ReadonlyArray<string>): number => {
  const { counts } = JSON.parse(succeeded(project.run("run", "tiny.yaml", "--json", ...args))) as {
    readonly counts: { readonly ran: number }
  }
  return counts.ran
}

const verify = (project: Project): void => {
  succeeded(project.run("cache", "verify"))
}

describe("pipeline cache gc", () => {
  it("says what would go, and removes it when it is told to", () => {
    const project = makeProject(FILES)
    assert.strictEqual(ran(project), 4)
    assert.include(succeeded(project.run("cache", "gc")), "nothing would go\n  4 results stay: 4 valid")
    const before = objectsOf(project)
    const told = project.json("cache", "gc", "--older-than", "1ms", "--json")
    assert.deepInclude(told, { applied: false, kept: {} })
    assert.match(succeeded(project.run("cache", "gc", "--older-than", "1ms")), /would go; --apply removes it/u)
    assert.strictEqual(objectsOf(project), before)
    const done = project.json("cache", "gc", "--older-than", "1ms", "--apply", "--json") as {
      readonly dropped: ReadonlyArray<{ readonly task: string; readonly reason: string }>
    }
    assert.deepInclude<unknown>(done, { applied: true, kept: {}, droppedRuns: [] })
    assert.sameMembers(
      done.dropped.map(({ task, reason }) => `${task}: ${reason}`),
      ["numbers@seed=0", "numbers@seed=1", "numbers@seed=2", "total"].map((task) => `${task}: too old`)
    )
    assert.isBelow(objectsOf(project), before)
    verify(project)
    const lost = project.run("get", "latest:total.total", "total.json")
    assert.strictEqual(lost.status, 4)
    assert.include(lost.stderr, "no longer in the store")
    assert.strictEqual(ran(project), 4)
    assert.strictEqual(ran(project), 0)
  })

  it("counts one as one", () => {
    const project = makeProject(FILES)
    ran(project)
    ran(project, "--force", "total")
    const told = succeeded(project.run("cache", "gc", "--keep-last", "1"))
    assert.match(told, /^ {2}1 result goes that none of the last runs has$/mu)
  })

  it("keeps what is pinned, and says why", () => {
    const project = makeProject(FILES)
    ran(project)
    ran(project, "-S", "seeds=1")
    const [latest, first] = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>
    succeeded(project.run("cache", "pin", "draft", "latest"))
    succeeded(project.run("cache", "pin", "kernel", `${first?.run}:numbers@seed=2.numbers`))
    const pins = project.json("cache", "pins", "--json") as ReadonlyArray<{ readonly meant: string }>
    assert.deepInclude<unknown>(pins[0], { name: "draft", kind: "run", meant: latest?.run })
    assert.deepInclude<unknown>(pins[1], { name: "kernel", kind: "artifact" })
    assert.deepInclude(project.json("cache", "gc", "--apply", "--older-than", "1ms", "--json"), { kept: { pinned: 3 } })
    verify(project)
    const why = succeeded(project.run("cache", "gc", "--why", pins[1]?.meant.slice(0, 12) ?? ""))
    assert.include(why, `the result of numbers@seed=2 in run ${first?.run}: pinned`)
    assert.strictEqual(ran(project, "-S", "seeds=1"), 0)
    succeeded(project.run("cache", "unpin", "draft"))
    succeeded(project.run("cache", "unpin", "kernel"))
    assert.include(succeeded(project.run("cache", "pins")), "nothing is pinned")
    assert.deepInclude(project.json("cache", "gc", "--older-than", "1ms", "--json"), { kept: {} })
  })

  it("takes a name from what it means only by force, and says what that was", () => {
    const project = makeProject(FILES)
    ran(project)
    ran(project, "-S", "seeds=1")
    const [latest, first] = project.json("runs", "--json") as ReadonlyArray<{ readonly run: string }>
    const pin = (...args: ReadonlyArray<string>): Outcome => project.run("cache", "pin", "paper", ...args)
    succeeded(pin(first?.run ?? ""))
    succeeded(pin(first?.run ?? ""))
    const refused = pin("latest")
    assert.deepStrictEqual([refused.status, refused.stdout], [2, ""])
    assert.include(
      refused.stderr,
      `the pin "paper" is there already and keeps run ${first?.run}; --force has it keep run ${latest?.run}`
    )
    assert.deepInclude(project.json("cache", "pins", "--json"), { name: "paper", kind: "run", meant: first?.run })
    const forced = pin("latest", "--force")
    assert.deepStrictEqual([forced.status, forced.stdout], [0, `paper  run  ${latest?.run}\n`])
    assert.include(forced.stderr, `it kept run ${first?.run}`)
    assert.deepInclude(project.json("cache", "pins", "--json"), { name: "paper", kind: "run", meant: latest?.run })
  })

  it("removes runs only where it is told to", () => {
    const project = makeProject(FILES)
    ran(project)
    ran(project, "-S", "seeds=1")
    const measures = ["cache", "gc", "--apply", "--keep-last", "1"]
    succeeded(project.run(...measures))
    assert.lengthOf(project.json("runs", "--json") as ReadonlyArray<unknown>, 2)
    succeeded(project.run(...measures, "--runs"))
    assert.lengthOf(project.json("runs", "--json") as ReadonlyArray<unknown>, 1)
    verify(project)
    assert.strictEqual(ran(project, "-S", "seeds=1"), 0)
  })

  it("says what is wrong with what it is asked for, and makes no store", () => {
    const project = makeProject(FILES)
    const complaint = (...args: ReadonlyArray<string>): string => {
      const { status, stderr } = project.run("cache", ...args)
      assert.strictEqual(status, 2, stderr)
      return stderr
    }
    assert.include(complaint("gc"), "there is no store at artifacts-cache: a run makes one")
    for (const args of [
      ["pin", "a", "latest"],
      ["unpin", "a"],
      ["pins"],
      ["stats"],
      ["verify"],
      ["verify", "--repair"],
      ["verify", "--all"]
    ])
      assert.include(complaint(...args), "there is no store at artifacts-cache: a run makes one")
    assert.isFalse(existsSync(join(project.folder, "artifacts-cache")))
    ran(project)
    assert.include(complaint("gc", "--older-than", "30"), '--older-than takes a duration: 30d, 12h; "30" is none')
    assert.include(complaint("gc", "--max-size", "much"), '--max-size takes a size: 20GB, 512MiB; "much" is none')
    assert.include(complaint("gc", "--max-size", "-1GB"), '--max-size takes a size: 20GB, 512MiB; "-1GB" is none')
    assert.include(complaint("gc", "--runs"), "--runs says which by --older-than, --unused-for or --keep-last")
    assert.include(
      complaint("gc", "--why", "circle"),
      '--why takes a digest, or 8 digits of one and more; "circle" is none'
    )
    assert.include(complaint("pin", "../x", "latest"), '"../x" cannot be the name of a pin')
    assert.include(complaint("pin", "x", "nobody"), 'there is no run "nobody"')
    assert.include(complaint("unpin", "x"), 'no pin has the name "x": nothing is pinned')
    project.write("artifacts-cache/catalogue.json", '{ "version": 1, "pipelines": {}, "pins": { "x": "lost-run" } }')
    assert.include(complaint("gc"), 'the pin "x" names lost-run, which is no run and no artifact of this store')
  })
})

describe("collections with tiny measures beside two runs", () => {
  const MEASURES = [
    ["--keep-last", "1"],
    ["--max-size", "1B"],
    ["--older-than", "1ms"],
    ["--unused-for", "1ms", "--runs"]
  ]

  it("leave every run its results", async () => {
    const project = makeProject(FILES)
    ran(project)
    let isOver = false
    const runs = [0, 1].map(async (which) => {
      for (let round = 0; round < 4; round++) {
        const child = project.start("run", "tiny.yaml", "-S", `seeds=${2 + ((round + which) % 3)}`, "-j", "1")
        let stderr = ""
        child.stderr?.on("data", (data) => {
          stderr += data
        })
        const status = await new Promise((resolve) => child.once("exit", resolve))
        assert.strictEqual(status, 0, stderr)
      }
    })
    const over = Promise.all(runs).finally(() => {
      isOver = true
    })
    for (let turn = 0; !isOver; turn++) {
      const { status, stderr } = await ended(project, "cache", "gc", "--apply", ...(MEASURES[turn % 4] ?? []))
      assert.strictEqual(status, 0, stderr)
      const found = await ended(project, "cache", "verify")
      assert.strictEqual(found.status, 0, found.stdout + found.stderr)
    }
    await over
    assert.isAtMost(ran(project, "-S", "seeds=2"), 3)
    assert.deepStrictEqual(JSON.parse(project.read("reports/tiny/total.json")), [
      { seed: 0, sum: 700 * 699 },
      { seed: 1, sum: 700 * 699 + 700 }
    ])
  })
})

/** What a command has said when it is over, without holding up what goes on beside it. */
const ended = (project: Project, ...args: ReadonlyArray<string>): Promise<Outcome> =>
  new Promise((resolve) => {
    const child = project.start(...args)
    let [stdout, stderr] = ["", ""]
    child.stdout?.on("data", (data) => {
      stdout += data
    })
    child.stderr?.on("data", (data) => {
      stderr += data
    })
    child.once("close", (status) => resolve({ status, stdout, stderr }))
  })
