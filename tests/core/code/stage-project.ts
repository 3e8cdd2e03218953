/** Temporary folders with a stage type, and its code built from them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { onTestFinished } from "vitest"
import { type BuiltCode, build } from "../../../core/code/build-code.ts"

/** The file behind `athanor/stage`. */
export const CONTRACT = fileURLToPath(new URL("../../../core/stage/contract.ts", import.meta.url))

/** URL of the one `effect`. */
export const EFFECT = import.meta.resolve("effect")

export type Files = { readonly [file: string]: string | Uint8Array }

/** Writes files into a folder. */
export const writeFiles = (folder: string, files: Files): void => {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), content)
  }
}

/** A folder with these files, removed when the test ends. */
export const makeFolder = (files: Files = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), "athanor-code-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFiles(folder, files)
  return folder
}

/** Builds `stage.ts` of these files. */
export const buildStage = (files: Files): Effect.Effect<BuiltCode, unknown> =>
  Effect.suspend(() => build(join(makeFolder(files), "stage.ts"), CONTRACT))

/** What is wrong with `stage.ts` of these files: lines `file:line:column text`, with the file's name only. */
export const problemsOf = (files: Files): Effect.Effect<ReadonlyArray<string>, BuiltCode> =>
  Effect.suspend(() => build(join(makeFolder(files), "stage.ts"), CONTRACT)).pipe(
    Effect.flip,
    Effect.map(({ problems }) =>
      problems.map(({ place, text }) =>
        place === undefined
          ? text
          : `${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.line}:${place.column} ${text}`
      )
    )
  )

/** A stage type around a function `compute` of its parameter `n`; `head` stands before it. */
export const stageAround = (head: string, compute = "(n: number) => n * 2"): string => `${head}
import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

const compute = ${compute}

export default StageType.make({
  name: "test/stage",
  summary: "For tests",
  params: Schema.Struct({ n: Schema.Int.annotate({ description: "how many" }) }),
  inputs: {},
  outputs: { value: "Json" },
  determinism: "bitwise",
  run: ({ params }) => Effect.succeed({ value: compute(params.n) })
})
`
