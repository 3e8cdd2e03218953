/** The figures of the example run. */
import { Result } from "effect"
import * as Codec from "../../../core/codec/Codec.ts"
import type { Figure, Json } from "../../../core/stage/ArtifactKind.ts"
import { digestOf } from "../../../core/store/Artifact.ts"
import * as Digest from "../../../core/store/Digest.ts"

/** The digest under which the figure of a task is stored. */
export const figureDigest = (task: string): Digest.Digest => {
  const files = Result.getOrThrow(Codec.encode("Figure", exampleFigure(task)))
  return digestOf(
    "Figure",
    files.map(({ path, bytes }) => ({ path, digest: Digest.ofBytes(bytes) }))
  )
}

/** Curves over an angle, with a title and a description. */
export const exampleFigure = (task: string): Figure => {
  const values: ReadonlyArray<Json> = [100, 500].flatMap((width) =>
    Array.from({ length: 61 }, (_, index) => {
      const angle = -Math.PI + (index * Math.PI) / 30
      const kernel = 0.06 + 0.22 * Math.exp(-Math.abs(angle)) * (1 + 20 / width)
      return {
        angle,
        kernel,
        low: kernel * (1 - 3 / Math.sqrt(width)),
        high: kernel * (1 + 3 / Math.sqrt(width)),
        width: `n = ${width}`
      }
    })
  )
  return {
    spec: {
      $schema: "https://vega.github.io/schema/vega-lite/v6.json",
      title: task === "curves" ? "The kernel on the circle" : { text: ["Learning along", "an eigenvector"] },
      description:
        "Mean and 10–90 % band over ten initialisations at t = 200 for two widths, with the limiting kernel for comparison.",
      width: 640,
      height: 340,
      data: { values },
      encoding: {
        x: { field: "angle", type: "quantitative", title: "angle γ" },
        color: { field: "width", type: "nominal", title: null }
      },
      layer: [
        {
          mark: { type: "area", opacity: 0.25 },
          encoding: { y: { field: "low", type: "quantitative", title: "Θ(x₀, x)" }, y2: { field: "high" } }
        },
        { mark: "line", encoding: { y: { field: "kernel", type: "quantitative" } } }
      ]
    }
  }
}
