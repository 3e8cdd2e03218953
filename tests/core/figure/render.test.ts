import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { renderPng } from "../../../core/figure/render-png.ts"
import { renderSvg } from "../../../core/figure/render-svg.ts"
import type { Figure } from "../../../core/stage/ArtifactKind.ts"

const figure = (more: Figure["spec"] = {}): Figure => ({
  spec: {
    title: "Loss falls with width",
    data: {
      values: [
        { width: 100, loss: 0.5, kind: "a" },
        { width: 500, loss: 0.2, kind: "b" },
        { width: 2000, loss: 0.1, kind: "a" }
      ]
    },
    mark: { type: "line", clip: true },
    encoding: {
      x: { field: "width", type: "quantitative", title: "Width" },
      y: { field: "loss", type: "quantitative", title: "Test loss" },
      color: { field: "kind", type: "nominal" }
    },
    ...more
  }
})

/** Width and height as the SVG states them. */
const sizeOf = (svg: string): readonly [width: number, height: number] => {
  const { width, height } = /<svg[^>]* width="(?<width>[\d.]+)" height="(?<height>[\d.]+)"/u.exec(svg)?.groups ?? {}
  return [Number(width), Number(height)]
}

describe("renderSvg", () => {
  it.live("draws title, axis titles and legend as text", () =>
    Effect.gen(function* () {
      const svg = yield* renderSvg(figure())
      assert(svg.startsWith("<svg"))
      for (const text of ["Loss falls with width", "Width", "Test loss", "kind"]) assert.include(svg, `>${text}</text>`)
    })
  )

  it.live("draws the same bytes each time, whatever was drawn in between", () =>
    Effect.gen(function* () {
      const first = yield* renderSvg(figure())
      assert.include(first, "clip")
      yield* renderSvg(figure({ title: "Another", mark: { type: "point", clip: true } }))
      assert.strictEqual(yield* renderSvg(figure()), first)
      const both = yield* Effect.all([renderSvg(figure()), renderSvg(figure())], { concurrency: "unbounded" })
      assert.deepStrictEqual(both, [first, first])
    })
  )

  it.live("leaves words of the figure alone that look like names of its parts", () =>
    Effect.gen(function* () {
      const svg = yield* renderSvg(figure({ title: "gradient27 of clip35" }))
      assert.include(svg, ">gradient27 of clip35</text>")
    })
  )

  it.live("names each clip path that it uses once", () =>
    Effect.gen(function* () {
      const svg = yield* renderSvg(figure())
      const defined = Array.from(svg.matchAll(/ id="(?<id>[^"]+)"/gu), ({ groups }) => groups?.["id"])
      const used = Array.from(svg.matchAll(/url\(#(?<id>[^)]+)\)/gu), ({ groups }) => groups?.["id"])
      assert.isAbove(used.length, 0)
      assert.strictEqual(new Set(defined).size, defined.length)
      assert.includeMembers(defined, used)
    })
  )

  it.live("writes text of the figure as text and not as markup", () =>
    Effect.gen(function* () {
      const svg = yield* renderSvg(figure({ title: "a < b & <script>alert(1)</script>" }))
      assert.notInclude(svg, "<script")
      assert.include(svg, "a &lt; b &amp; &lt;script&gt;")
    })
  )

  it.live("refuses data that lies elsewhere", () =>
    Effect.gen(function* () {
      for (const url of ["data.csv", "file:///etc/hosts", "https://example.org/data.json"]) {
        const error = yield* Effect.flip(renderSvg(figure({ data: { url } })))
        assert.strictEqual(error._tag, "FigureError")
        assert.strictEqual(
          error.message,
          `the figure cannot be drawn: it loads ${url}: a figure carries its data with it`
        )
      }
    })
  )

  it.live("refuses pictures that lie elsewhere, and draws without the links", () =>
    Effect.gen(function* () {
      const url = "https://example.org/image.png"
      const error = yield* Effect.flip(
        renderSvg({ spec: { data: { values: [{}] }, mark: { type: "image", url, width: 10, height: 10 } } })
      )
      assert.include(error.message, `it loads ${url}`)
      const svg = yield* renderSvg(figure({ mark: { type: "point", href: "https://example.org/" } }))
      assert.notInclude(svg, "example.org")
    })
  )

  it.live("numbers gradients from 0 in each picture", () =>
    Effect.gen(function* () {
      const gradient = {
        gradient: "linear",
        stops: [
          { offset: 0, color: "red" },
          { offset: 1, color: "blue" }
        ]
      }
      const encoding = { x: { field: "width", type: "quantitative" }, y: { field: "loss", type: "quantitative" } }
      const drawn = renderSvg(figure({ mark: { type: "area", color: gradient }, encoding }))
      const first = yield* drawn
      assert.include(first, "url(#gradient")
      assert.strictEqual(yield* drawn, first)
    })
  )

  it.live("refuses what is no Vega-Lite specification", () =>
    Effect.gen(function* () {
      for (const spec of [{}, { data: { values: [] } }, { mark: "no such mark" }] satisfies ReadonlyArray<
        Figure["spec"]
      >) {
        assert.strictEqual((yield* Effect.flip(renderSvg({ spec })))._tag, "FigureError")
      }
    })
  )

  it.live("gives a figure that states no size one at which its text can be read", () =>
    Effect.gen(function* () {
      const [width, height] = sizeOf(yield* renderSvg(figure()))
      assert(width > 420 && width < 600, String(width))
      assert(height > 280 && height < 400, String(height))
      const bars = { x: { field: "kind", type: "nominal" }, y: { field: "loss", type: "quantitative" } }
      const [narrow] = sizeOf(yield* renderSvg(figure({ mark: "bar", encoding: bars })))
      assert(narrow > 64 && narrow < 300, String(narrow))
    })
  )

  it.live("draws a figure without data", () =>
    Effect.gen(function* () {
      const [width, height] = sizeOf(yield* renderSvg(figure({ data: { values: [] } })))
      assert(width > 0 && height > 0)
    })
  )
})

describe("renderPng", () => {
  it.live("draws a PNG of twice the size of the SVG, the same bytes each time", () =>
    Effect.gen(function* () {
      const svg = yield* renderSvg(figure())
      const png = yield* renderPng(svg)
      assert.deepStrictEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
      // The first chunk is IHDR: its length, its name, width and height.
      const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
      assert.strictEqual(Buffer.from(png.subarray(12, 16)).toString("latin1"), "IHDR")
      const [width, height] = sizeOf(svg)
      assert.deepStrictEqual([view.getUint32(16), view.getUint32(20)], [2 * width, 2 * height])
      assert.deepStrictEqual(yield* renderPng(svg), png)
    })
  )

  it.live("has letters in it", () =>
    Effect.gen(function* () {
      const svg = (text: string) =>
        `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><text x="2" y="15" font-family="sans-serif">${text}</text></svg>`
      assert.notDeepEqual(yield* renderPng(svg("letters")), yield* renderPng(svg("")))
    })
  )

  it.live("refuses what is no SVG", () =>
    Effect.gen(function* () {
      for (const svg of ["", "no svg", "<svg"]) {
        assert.strictEqual((yield* Effect.flip(renderPng(svg)))._tag, "FigureError")
      }
    })
  )
})
