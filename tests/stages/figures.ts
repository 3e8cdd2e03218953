/** What the tests ask of every figure. */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { compile, type TopLevelSpec } from "vega-lite"
import { renderSvg } from "../../core/figure/render-svg.ts"
import type { Figure, Json } from "../../core/stage/ArtifactKind.ts"

/** Compiles as Vega-Lite without a warning, draws as SVG, and shows these texts. */
export const assertDrawn = (figure: Figure, texts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const complaints: Array<string> = []
    const note = (...messages: ReadonlyArray<unknown>) => {
      complaints.push(messages.map(String).join(" "))
      return logger
    }
    const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger }
    compile(figure.spec as unknown as TopLevelSpec, { logger: logger as never })
    assert.deepStrictEqual(complaints, [])
    const svg = yield* renderSvg(figure)
    for (const text of texts) assert.include(svg, `>${text}</text>`)
    assert.notInclude(svg, "NaN")
  })

export type DataRow = { readonly [field: string]: Json }

/** The rows that a specification carries. */
export const rowsOf = (spec: unknown): ReadonlyArray<DataRow> =>
  (spec as { readonly data: { readonly values: ReadonlyArray<DataRow> } }).data.values
