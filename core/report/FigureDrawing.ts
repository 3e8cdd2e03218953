/** How figures become pictures: asked by the report, filled in by the program. */
import { Context, type Effect } from "effect"
import type { Figure } from "../stage/ArtifactKind.ts"

/** Why a figure cannot be drawn. */
export interface DrawingError {
  readonly message: string
}

export class FigureDrawing extends Context.Service<
  FigureDrawing,
  {
    /** The text of an SVG file. */
    readonly svg: (figure: Figure) => Effect.Effect<string, DrawingError>
    /** The bytes of a PNG file. */
    readonly png: (svg: string) => Effect.Effect<Uint8Array, DrawingError>
  }
>()("athanor/report/FigureDrawing") {}
