/** An artifact in one line. */
import type { ArtifactKind, KindValues } from "../stage/ArtifactKind.ts"
import { elementOf } from "./elements.ts"

const NAMES = { f64: "float64", f32: "float32", i32: "int32", u8: "uint8" } as const

/** What a value is, for a person: `float64 61×61`. */
export const describe = <K extends ArtifactKind>(kind: K, value: KindValues[K]): string => {
  const of = { kind, value } as {
    readonly [Each in ArtifactKind]: { kind: Each; value: KindValues[Each] }
  }[ArtifactKind]
  switch (of.kind) {
    case "Tensor":
      return `${NAMES[elementOf(of.value.data)]} ${of.value.shape.join("×") || "scalar"}`
    case "Table": {
      const columns = Object.entries(of.value.columns)
      return `${columns[0]?.[1].length ?? 0} rows: ${columns.map(([name]) => name).join(", ")}`
    }
    case "Metrics":
      return Object.entries(of.value)
        .map(([name, number]) => `${name} ${Number(number.toPrecision(6))}`)
        .join(", ")
    case "Figure":
      return "Vega-Lite"
    case "Model": {
      const tensors = Object.entries(of.value.tensors)
      return tensors.map(([name, { shape }]) => `${name} ${shape.join("×")}`).join(", ")
    }
    case "Json":
      return Array.isArray(of.value) ? `list of ${of.value.length}` : typeof of.value
    case "Directory":
      return `${Object.keys(of.value.files).length} files`
  }
}

/** A size for a person: `29.8 kB`. */
export const describeBytes = (bytes: number): string => {
  const units = ["B", "kB", "MB", "GB", "TB"]
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`
}
