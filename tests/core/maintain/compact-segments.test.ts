import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { compactSegments } from "../../../core/maintain/compact-segments.ts"
import { nameOf } from "../../../core/maintain/StoredRecords.ts"
import { encodeLine } from "../../../core/store/checked-lines.ts"
import type { SegmentEntry } from "../../../core/store/IndexTables.ts"
import { Lease } from "../../../core/store/Lease.ts"
import { readEntries } from "../../../core/store/read-entries.ts"
import { segmentName } from "../../../core/store/segment-name.ts"
import { digest, record } from "../store/sample-store.ts"

const places = () => {
  const path = mkdtempSync(join(tmpdir(), "athanor-compact-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  const [actions, locks] = [join(path, "actions"), join(path, "locks")]
  for (const folder of [actions, locks]) mkdirSync(folder)
  const lease = Lease.take(locks)
  onTestFinished(() => lease.end())
  return { actions, locks, lease }
}

/** A record whose task and key is this, of a time. */
const made = (task: string, at: number, code = "code"): SegmentEntry => {
  const { codeParts: _, parts, ...rest } = record(task, task)
  return { record: { ...rest, parts: { ...parts, code: digest(code) } }, at }
}

const ended = (task: string, at: number): SegmentEntry => ({ forget: digest(task), at })

const explained = (code: string): SegmentEntry => ({ code: digest(code), parts: { declarations: {}, packages: {} } })

const write = ({ actions }: { readonly actions: string }, name: string, ...entries: ReadonlyArray<SegmentEntry>) =>
  writeFileSync(join(actions, name), entries.map((entry) => `${encodeLine(entry)}\n`).join(""))

/** A segment of somebody who has died. */
const dead = () => segmentName(crypto.randomUUID())

/** What all segments say, in words. */
const told = ({ actions }: { readonly actions: string }): ReadonlyArray<string> =>
  readdirSync(actions)
    .sort()
    .flatMap((name) => readEntries(readFileSync(join(actions, name))).lines)
    .map(({ value: entry }) => {
      if ("code" in entry) return "code"
      return "record" in entry ? `${entry.record.task} ${entry.at}` : `end ${entry.at}`
    })

const name = (task: string, at: number): string => nameOf({ key: digest(task), at })

describe("compacting segments", () => {
  it("leaves out what was dropped, and leaves a segment without any of it as it is", () => {
    const root = places()
    write(root, dead(), made("a", 1), made("b", 2))
    const whole = dead()
    write(root, whole, made("c", 3))
    const freed = compactSegments(root, new Set([name("a", 1)]))
    assert.strictEqual(freed, encodeLine(made("a", 1)).length + 1)
    assert.sameMembers([...told(root)], ["b 2", "c 3"])
    assert.include(readdirSync(root.actions), whole)
    assert.strictEqual(compactSegments(root, new Set([name("a", 1)])), 0)
  })

  it("lets the end of a record go when no record of the key was there before, and no earlier", () => {
    const root = places()
    write(root, dead(), made("a", 1), made("b", 1))
    write(root, dead(), ended("a", 2))
    compactSegments(root, new Set([name("a", 1)]))
    assert.sameMembers([...told(root)], ["b 1", "end 2"])
    compactSegments(root, new Set())
    assert.deepStrictEqual(told(root), ["b 1"])
  })

  it("does not touch what somebody at work writes, nor what nobody can tell", () => {
    const root = places()
    const other = Lease.take(root.locks)
    const living = [segmentName(other.id), segmentName(root.lease.id), "m1-77-abcd.log"]
    for (const [at, segment] of living.entries()) write(root, segment, made("a", at))
    const all = new Set([0, 1, 2].map((at) => name("a", at)))
    assert.strictEqual(compactSegments(root, all), 0)
    other.end()
    compactSegments(root, all)
    assert.deepStrictEqual(told(root), ["a 1"])
  })

  it("does not touch what is damaged", () => {
    const root = places()
    const segment = dead()
    write(root, segment, made("a", 1), made("b", 2))
    const text = readFileSync(join(root.actions, segment), "utf8")
    writeFileSync(join(root.actions, segment), text.replace('"task":"b"', '"task":"c"'))
    assert.strictEqual(compactSegments(root, new Set([name("a", 1)])), 0)
    assert.deepStrictEqual(told(root), ["a 1"])
  })

  it("says once what a crash has left twice, and joins many segments", () => {
    const root = places()
    const entries = [explained("code"), made("a", 1), ended("a", 2), made("a", 3)]
    for (let twice = 0; twice < 2; twice++) write(root, dead(), ...entries)
    compactSegments(root, new Set())
    assert.sameMembers([...told(root)], ["code", "a 1", "end 2", "a 3"])
    for (let index = 0; index < 40; index++) write(root, dead(), made(`b${index}`, 9))
    compactSegments(root, new Set())
    assert.lengthOf(readdirSync(root.actions), 1)
    assert.lengthOf(told(root), 44)
  })

  it("lets what explains a code go with the last record of it", () => {
    const root = places()
    write(root, dead(), explained("old"), made("a", 1, "old"), explained("new"), made("b", 2, "new"))
    compactSegments(root, new Set([name("a", 1)]))
    assert.sameMembers([...told(root)], ["code", "b 2"])
  })
})
