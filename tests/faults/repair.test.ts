import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert } from "vitest"
import { type Project, TINY } from "../e2e/project.ts"
import { filesBelow } from "../files-below.ts"
import { faultRow, prepared } from "./fault-row.ts"

interface Verified {
  readonly repair: {
    readonly restored: ReadonlyArray<string>
    readonly ended: ReadonlyArray<{ readonly task: string; readonly reason: string }>
    readonly removed: number
    readonly pipelines: ReadonlyArray<string>
  }
}

/** A chain of commands with results too large for their records, and one that never gives the same twice. */
const CHAIN = `name: chain
stages:
  first:
    uses: command
    run: [node, -e, "fs.writeFileSync('out.json', JSON.stringify(Array.from({ length: 3000 }, (_, i) => i)))"]
    outputs: { out: { path: out.json, kind: Json } }
  second:
    uses: command
    run: [node, -e, "fs.writeFileSync('out.json', JSON.stringify(JSON.parse(fs.readFileSync('inputs/list.json')).map((i) => 2 * i)))"]
    inputs: { list: first.out }
    outputs: { out: { path: out.json, kind: Json } }
  random:
    uses: command
    run: [node, -e, "fs.writeFileSync('out.json', JSON.stringify(Array.from({ length: 3000 }, () => Math.random())))"]
    outputs: { out: { path: out.json, kind: Json } }
`

const storeOf = ({ folder }: Project): string => join(folder, "artifacts-cache")

const objectsOf = (study: Project): ReadonlyArray<string> => filesBelow(join(storeOf(study), "objects"))

const damage = (file: string, change: (bytes: Buffer) => Buffer): void => {
  chmodSync(file, 0o644)
  writeFileSync(file, change(readFileSync(file)))
}

const flipped = (bytes: Buffer): Buffer => {
  const changed = Buffer.from(bytes)
  changed[200] = (changed[200] ?? 0) ^ 1
  return changed
}

const counts = (study: Project, ...args: ReadonlyArray<string>): unknown =>
  (study.json("run", ...args, "--json") as { readonly counts: unknown }).counts

faultRow(
  {
    fault: "flipped byte, truncated, empty, deleted object: verified and repaired",
    expected:
      "verify lists each, --repair computes the same bytes again from the records, upstream first, and nothing runs afterwards",
    protections: ["verify-content"]
  },
  ({ project }) => {
    const study = project({ "chain.yaml": CHAIN, ...TINY })
    prepared(study.run("run", "chain.yaml"))
    prepared(study.run("run", "tiny.yaml", "-S", "n=1000"))
    const before = objectsOf(study).map((file) => [file, readFileSync(file, "utf8")] as const)
    const large = before.filter(([, text]) => text.includes("NUMPY") || text.startsWith("[0,"))
    assert.lengthOf(large, 5)
    const [one, two, three, ...lists] = large.toSorted(([, a], [, b]) => Number(a[0] === "[") - Number(b[0] === "["))
    damage(one?.[0] ?? "", flipped)
    damage(two?.[0] ?? "", (bytes) => bytes.subarray(0, 100))
    damage(three?.[0] ?? "", () => Buffer.alloc(0))
    for (const [file] of lists) rmSync(file, { force: true })
    const listed = study.run("cache", "verify")
    assert.strictEqual(listed.status, 4)
    assert.strictEqual(listed.stdout.match(/^damaged {2}object/gmu)?.length, 5)
    assert.include(listed.stderr, "--repair")
    const mended = study.run("cache", "verify", "--repair")
    assert.strictEqual(mended.status, 0, mended.stderr)
    assert.match(mended.stdout, /restored first\n(?:.*\n)*restored second\n/u)
    assert.match(mended.stdout, /^5 results restored, 0 ended$/mu)
    assert.strictEqual(study.run("cache", "verify").status, 0)
    for (const [file, text] of before) assert.strictEqual(readFileSync(file, "utf8"), text)
    assert.deepInclude(counts(study, "chain.yaml"), { ran: 0, hit: 3 })
    assert.deepInclude(counts(study, "tiny.yaml", "-S", "n=1000"), { ran: 0, hit: 4 })
  }
)

faultRow(
  {
    fault: "flipped byte, truncated, empty, deleted object: what comes out otherwise when it is computed again",
    expected: "it is said and not passed off as the old one: the result is ended, and the next run computes it",
    protections: ["same-bytes"]
  },
  ({ project }) => {
    const study = project({ "chain.yaml": CHAIN })
    prepared(study.run("run", "chain.yaml"))
    for (const file of objectsOf(study)) if (readFileSync(file, "utf8").startsWith("[0.")) rmSync(file, { force: true })
    const { repair } = study.json("cache", "verify", "--repair", "--json") as Verified
    assert.deepInclude(repair, { restored: [], removed: 0, pipelines: ["chain.yaml"] })
    assert.deepStrictEqual(
      repair.ended.map(({ task, reason }) => [task, reason]),
      [["random", 'computed again, "out" has other bytes']]
    )
    assert.strictEqual(study.run("cache", "verify").status, 0)
    assert.deepInclude(counts(study, "chain.yaml"), { ran: 1, hit: 2 })
  }
)
