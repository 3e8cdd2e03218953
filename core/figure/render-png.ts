/** Draws SVG as PNG, with a font that comes along. */
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { Effect } from "effect"
import { messageOf } from "../document/message-of.ts"
import { FigureError } from "./FigureError.ts"

/** Pixels of the picture for a pixel of the SVG: sharp on screens of high density, and in print at column width. */
const SCALE = 2

/** The bytes of a PNG file. */
export const renderPng = (svg: string): Effect.Effect<Uint8Array, FigureError> =>
  Effect.tryPromise({
    try: () => draw(svg),
    catch: (cause) => new FigureError({ reason: messageOf(cause) })
  })

let loading: ReturnType<typeof load> | undefined

const load = async () => {
  const require = createRequire(import.meta.url)
  const resvg = await import("@resvg/resvg-wasm")
  await resvg.initWasm(await readFile(require.resolve("@resvg/resvg-wasm/index_bg.wasm")))
  const faces = ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono"]
  const fonts = await Promise.all(faces.map((face) => readFile(require.resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`))))
  return { resvg, fonts }
}

const draw = async (svg: string): Promise<Uint8Array> => {
  loading ??= load()
  const { resvg, fonts } = await loading
  const renderer = new resvg.Resvg(svg, {
    fitTo: { mode: "zoom", value: SCALE },
    background: "white",
    font: { fontBuffers: fonts, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" }
  })
  try {
    return renderer.render().asPng()
  } finally {
    renderer.free()
  }
}
