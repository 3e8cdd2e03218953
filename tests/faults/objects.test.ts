import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { assert } from "vitest"
import { type Project, TINY } from "../e2e/project.ts"
import { filesBelow } from "../files-below.ts"
import { faultRow, prepared } from "./fault-row.ts"

/** Numbers too many for a record: each artifact is an object of its own. */
const LARGE = { ...TINY, "tiny.yaml": TINY["tiny.yaml"].replace("n: 4,", "n: 4000,") }

/** The objects in which the numbers of a study lie. */
const numbersOf = ({ folder }: Project): ReadonlyArray<string> =>
  filesBelow(join(folder, "artifacts-cache/objects")).filter((file) => readFileSync(file).includes("NUMPY"))

/** The objects of a study without code of its own. */
const objectsOf = ({ folder }: Project): ReadonlyArray<string> => filesBelow(join(folder, "artifacts-cache/objects"))

const digestOf = (file: string): string => `${basename(dirname(file))}${basename(file)}`

const quarantined = ({ folder }: Project): ReadonlyArray<string> =>
  filesBelow(join(folder, "artifacts-cache/quarantine"))

const change = (file: string, changed: (bytes: Buffer) => Buffer): void => {
  chmodSync(file, 0o644)
  writeFileSync(file, changed(readFileSync(file)))
}

const flip = (file: string): void => change(file, (all) => Buffer.concat([all.subarray(0, -1), Buffer.of(1)]))

/** `cache verify` names each damaged object. */
const assertListed = (study: Project, files: ReadonlyArray<string>): void => {
  const { status, stdout } = study.run("cache", "verify")
  assert.strictEqual(status, 4)
  for (const file of files) assert.include(stdout, digestOf(file).slice(0, 12))
}

faultRow(
  {
    fault: "flipped byte in an object",
    expected: "listed by verify, found when it is read, moved to the quarantine, computed again",
    protections: ["verify-content"]
  },
  ({ project }) => {
    const study = project(LARGE)
    prepared(study.run("run", "tiny.yaml"))
    const total = study.read("reports/tiny/total.json")
    const numbers = numbersOf(study)
    for (const file of numbers) flip(file)
    assertListed(study, numbers)
    study.edit("stages/total.ts", "sum + item, 0)", "sum + item, 0 + 0)")
    assert.strictEqual(study.run("run", "tiny.yaml").status, 0)
    assert.strictEqual(study.read("reports/tiny/total.json"), total)
    assert.lengthOf(quarantined(study), numbers.length)
    assert.strictEqual(study.run("cache", "verify").status, 0)
  }
)

faultRow(
  {
    fault: "flipped byte in an object: copied out",
    expected: "nothing is written, and the object is in the quarantine",
    protections: ["verify-content"]
  },
  ({ project }) => {
    const study = project(LARGE)
    prepared(study.run("run", "tiny.yaml"))
    for (const file of numbersOf(study)) flip(file)
    const { status, stderr } = study.run("get", "latest:numbers@seed=1.numbers", "numbers.npy")
    assert.strictEqual(status, 4)
    assert.match(stderr, /its content is no longer in the store/u)
    assert.isFalse(existsSync(join(study.folder, "numbers.npy")))
    assert.deepStrictEqual(
      readdirSync(study.folder).filter((name) => name.endsWith(".tmp")),
      []
    )
    assert.lengthOf(quarantined(study), 1)
  }
)

/** A folder whose one file is an object; with another `v` the same bytes under another key. */
const FOLDER = {
  "f.yaml": `name: f
params: { v: 1 }
stages:
  a: { uses: command, run: [sh, -c, "seq 1 9000 > o.csv; mkdir o; mv o.csv o/; : $0", "\${{ params.v }}"], outputs: { o: { path: o, kind: Directory } } }
outputs: { o: a.o }
`
}

/** How many attempts all runs made together. */
const attemptsOf = ({ folder }: Project): number =>
  filesBelow(join(folder, "artifacts-cache/runs"))
    .filter((file) => file.endsWith("journal.jsonl"))
    .reduce((sum, file) => sum + readFileSync(file, "utf8").split("AttemptStarted").length - 1, 0)

faultRow(
  {
    fault: "flipped byte in an object: its bytes are computed once more",
    expected: "what was computed takes its place, and the damaged one is in the quarantine",
    protections: ["compare-before-keeping"]
  },
  ({ project }) => {
    for (const again of [
      ["-f", "a"],
      ["-S", "v=2"]
    ]) {
      const study = project(FOLDER)
      prepared(study.run("run", "f.yaml"))
      const output = study.read("reports/f/o/o.csv")
      for (const file of objectsOf(study)) flip(file)
      assert.strictEqual(study.run("run", "f.yaml", ...again).status, 0)
      assert.strictEqual(attemptsOf(study), 2)
      assert.strictEqual(study.read("reports/f/o/o.csv"), output)
      assert.lengthOf(quarantined(study), 1)
    }
  }
)

faultRow(
  {
    fault: "flipped byte in an object: of a reused result that an output is written from",
    expected: "said, moved to the quarantine, computed again, and the output written",
    protections: ["recompute-outputs"]
  },
  ({ project }) => {
    const study = project(FOLDER)
    prepared(study.run("run", "f.yaml"))
    const output = study.read("reports/f/o/o.csv")
    for (const file of objectsOf(study)) flip(file)
    rmSync(join(study.folder, "reports"), { recursive: true })
    const { status, stdout, stderr } = study.run("run", "f.yaml", "--json")
    assert.strictEqual(status, 0)
    assert.strictEqual(JSON.parse(stdout).counts.ran, 1)
    assert.match(stderr, /warning: the store has lost the content of a\.o: it is computed again/u)
    assert.strictEqual(study.read("reports/f/o/o.csv"), output)
    assert.lengthOf(quarantined(study), 1)
  }
)

faultRow(
  {
    fault: "flipped byte in an object: PIPELINE_VERIFY=always",
    expected: "found before its result is reused",
    protections: ["verify-content"]
  },
  ({ project }) => {
    const study = project(LARGE, { PIPELINE_VERIFY: "always" })
    prepared(study.run("run", "tiny.yaml"))
    const numbers = numbersOf(study)
    for (const file of numbers) flip(file)
    assert.include(prepared(study.run("run", "tiny.yaml", "--json")).stdout, `"ran": ${numbers.length}`)
    assert.lengthOf(quarantined(study), numbers.length)
  }
)

for (const [fault, damage, isLeft] of [
  ["truncated object", (file: string) => change(file, (bytes) => bytes.subarray(0, 100)), true],
  ["empty object", (file: string) => change(file, () => Buffer.alloc(0)), true],
  ["deleted object", (file: string) => rmSync(file), false]
] as const) {
  faultRow(
    {
      fault,
      expected: `listed by verify, found when its result is reused, ${isLeft ? "moved to the quarantine, " : ""}computed again`,
      protections: ["verify-size"]
    },
    ({ project }) => {
      const study = project(LARGE)
      prepared(study.run("run", "tiny.yaml"))
      const total = study.read("reports/tiny/total.json")
      const numbers = numbersOf(study)
      for (const file of numbers) damage(file)
      assertListed(study, numbers)
      assert.include(study.run("run", "tiny.yaml", "--json").stdout, `"ran": ${numbers.length}`)
      assert.strictEqual(study.read("reports/tiny/total.json"), total)
      assert.strictEqual(study.run("cache", "verify").status, 0)
      assert.lengthOf(quarantined(study), isLeft ? numbers.length : 0)
    }
  )
}
