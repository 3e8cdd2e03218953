import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { onTestFinished } from "vitest"
import { writeCheckpoint } from "../../../core/run/checkpoint-file.ts"
import type { AttemptStart, LocatedFile, StageRequest } from "../../../core/run/Executor.ts"
import { openStart } from "../../../core/run/open-start.ts"
import { digest } from "../store/sample-store.ts"

const EARLIER = digest("earlier")

const located = (text: string, stored = text): LocatedFile => ({
  path: "value.json",
  digest: digest(text),
  bytes: text.length,
  content: { _tag: "Inline", base64: Buffer.from(stored).toString("base64") }
})

const result = (at: number, file = located("20")): AttemptStart => ({ key: EARLIER, at, outputs: { out: [file] } })

interface Given {
  readonly start?: AttemptStart
  /** How far the checkpoint had come, and its only output. */
  readonly checkpoint?: { readonly at: number; readonly text: string; readonly key?: typeof EARLIER }
}

const opened = ({ start, checkpoint }: Given) => {
  const checkpoints = mkdtempSync(join(tmpdir(), "athanor-checkpoint-"))
  onTestFinished(() => rmSync(checkpoints, { recursive: true, force: true }))
  if (checkpoint !== undefined) {
    const { text, ...head } = checkpoint
    writeCheckpoint(checkpoints, { ...head, outputs: { out: [{ path: "value.json", bytes: Buffer.from(text) }] } })
  }
  const request: StageRequest = {
    _tag: "Stage",
    task: "a",
    attempt: 1,
    code: { file: "a.ts", bundle: digest("a"), bundleFile: "a.js" },
    params: {},
    inputs: {},
    outputs: { out: "Json" },
    devices: [],
    checkpoints,
    ...(start === undefined ? {} : { start })
  }
  const said: Array<string> = []
  return Effect.map(
    openStart(request, ({ message }) => void said.push(message)),
    (found) => ({ ...found, said })
  )
}

describe("openStart", () => {
  it.effect.each<readonly [string, Given, unknown]>([
    ["nothing", {}, undefined],
    ["an earlier result", { start: result(5) }, { at: 5, key: EARLIER, outputs: { out: 20 } }],
    ["a checkpoint", { checkpoint: { at: 3, text: "30" } }, { at: 3, outputs: { out: 30 } }],
    [
      "a checkpoint that has come further",
      { start: result(5), checkpoint: { at: 6, text: "30", key: EARLIER } },
      { at: 6, key: EARLIER, outputs: { out: 30 } }
    ],
    [
      "an earlier result that has come further",
      { start: result(5), checkpoint: { at: 4, text: "30" } },
      { at: 5, key: EARLIER, outputs: { out: 20 } }
    ]
  ])("goes on from %s", ([, given, expected]) =>
    Effect.map(opened(given), ({ start, damaged, said }) => {
      assert.deepStrictEqual(start as unknown, expected)
      assert.deepStrictEqual([damaged, said], [[], []])
    })
  )

  it.effect("takes the next best, with a warning, where the best is damaged", () =>
    Effect.gen(function* () {
      const broken = result(5, located("20", "21"))
      const { start, damaged, said } = yield* opened({ start: broken, checkpoint: { at: 4, text: "30" } })
      assert.strictEqual(start?.at, 4)
      assert.deepStrictEqual(damaged, [digest("20")])
      assert.match(said.join(), /^it cannot go on from what there was at 5: .*damaged/u)
      const other = yield* opened({ start: result(5), checkpoint: { at: 6, text: "no JSON" } })
      assert.strictEqual(other.start?.at, 5)
      assert.deepStrictEqual(other.damaged, [])
      assert.lengthOf(other.said, 1)
      assert.isUndefined((yield* opened({ start: broken })).start)
    })
  )
})
