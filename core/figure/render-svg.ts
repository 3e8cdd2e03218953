/** Draws Vega-Lite specifications as SVG, in any process: no browser, no network, the same bytes each time. */
import { Effect } from "effect"
import type { Spec } from "vega"
import type { TopLevelSpec } from "vega-lite"
import { messageOf } from "../document/message-of.ts"
import type { Figure } from "../stage/ArtifactKind.ts"
import { FigureError } from "./FigureError.ts"
import { textWidth } from "./text-width.ts"
import { THEME } from "./theme.ts"

/** The SVG text of a figure. A specification that would load data from elsewhere is refused. */
export const renderSvg = (figure: Figure): Effect.Effect<string, FigureError> =>
  Effect.tryPromise({
    try: () => draw(figure),
    catch: (cause) => (cause instanceof FigureError ? cause : new FigureError({ reason: refusal(cause) }))
  })

/** Vega's own words tell little by themselves: of a mark that it does not know it says that it cannot read properties. */
const refusal = (cause: unknown): string => `Vega-Lite does not understand its specification: ${messageOf(cause)}`

/** One of these makes a specification; the compiler says what is wrong within. */
const COMPOSITIONS = ["mark", "layer", "concat", "hconcat", "vconcat", "facet", "repeat", "spec"]

const isSpecification = (spec: object): spec is TopLevelSpec => COMPOSITIONS.some((key) => key in spec)

const draw = async ({ spec }: Figure): Promise<string> => {
  const { compile } = await import("vega-lite")
  const vega = await import("vega")
  useOwnWidths(vega)
  const warnings: Array<string> = []
  const logger = quietLogger(warnings)
  if (!isSpecification(spec)) {
    throw new FigureError({ reason: `its specification has none of ${COMPOSITIONS.join(", ")}` })
  }
  const compiled: Spec = compile(spec, { config: THEME, logger }).spec
  const refused: Array<string> = []
  const view = new vega.View(vega.parse(compiled), { renderer: "none", loader: refuseToLoad(vega, refused), logger })
  try {
    const svg = await view.toSVG()
    // Vega goes on without what it could not load, and draws an empty picture.
    if (refused[0] !== undefined) {
      throw new FigureError({ reason: `it loads ${refused[0]}: a figure carries its data with it` })
    }
    return withStableIds(svg)
  } finally {
    view.finalize()
  }
}

/** Vega's own estimate without a canvas is a fifth too wide and knows no narrow letters. */
const useOwnWidths = (vega: object): void => {
  // Exported, but missing from the package's types.
  const metrics: unknown = Reflect.get(vega, "textMetrics")
  if (typeof metrics !== "object" || metrics === null) return
  Reflect.set(metrics, "width", (item: TextItem, text: string): number =>
    textWidth(String(text ?? ""), item.fontSize ?? 11, item.fontWeight === "bold" || Number(item.fontWeight) >= 600)
  )
}

interface TextItem {
  readonly fontSize?: number
  readonly fontWeight?: string | number
}

/** A loader that notes what it was asked for and gives nothing. Links lead nowhere; only what is drawn counts. */
const refuseToLoad = (vega: typeof import("vega"), refused: Array<string>) => {
  const loader = vega.loader()
  const refuse = (uri: string): Promise<never> => {
    refused.push(uri.slice(0, 80))
    return Promise.reject(new Error("nothing is loaded"))
  }
  // Vega does not survive the rejection of a link; without an address it leaves the attribute out.
  const sanitize = (uri: string, { context }: { readonly context?: string } = {}) =>
    context === "href" ? Promise.resolve({ href: null as never }) : refuse(uri)
  return { ...loader, load: refuse, sanitize, http: refuse, file: refuse }
}

const quietLogger = (warnings: Array<string>) => {
  const logger = {
    level: () => logger,
    error: (message: unknown) => {
      throw message instanceof Error ? message : new Error(String(message))
    },
    warn: (...messages: ReadonlyArray<unknown>) => {
      warnings.push(messages.map(String).join(" "))
      return logger
    },
    info: () => logger,
    debug: () => logger
  }
  return logger
}

/** Clip paths and gradients are numbered through the life of a process; here they count from 0 in every picture. */
const withStableIds = (svg: string): string => {
  const ids = new Map<string, string>()
  // Only where ids are given and used: a title may speak of clip1.
  return svg.replace(/(?<=\bid="|="url\(#)(?<prefix>clip|gradient_|gradient)\d+/gu, (id, prefix: string) => {
    const known = ids.get(id) ?? `${prefix}${ids.size}`
    ids.set(id, known)
    return known
  })
}
