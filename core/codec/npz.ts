/** Arrays in NumPy's `.npz` archives. Source: NumPy, `numpy.savez`. */
import { Result } from "effect"
import type { Tensor } from "../stage/ArtifactKind.ts"
import { CodecError, type Coded, refuse } from "./CodecError.ts"
import { decodeNpy } from "./npy.ts"
import { readZip } from "./zip.ts"

const ENDING = ".npy"

/** All arrays by name. */
export const decodeNpz = (bytes: Uint8Array): Coded<{ readonly [name: string]: Tensor }> =>
  Result.gen(function* () {
    const tensors: Array<readonly [string, Tensor]> = []
    for (const [name, content] of yield* readArrays(bytes)) tensors.push([name, yield* decodeArray(name, content)])
    return Object.fromEntries(tensors)
  })

/** The array of a name, or the only one. */
export const decodeNpzArray = (bytes: Uint8Array, name: string | undefined): Coded<Tensor> =>
  Result.gen(function* () {
    const arrays = yield* readArrays(bytes)
    const [first] = arrays.keys()
    if (first === undefined) return yield* refuse("npz", "it holds no arrays")
    const known = [...arrays.keys()].join(", ")
    if (name === undefined && arrays.size > 1) {
      return yield* refuse("npz", `it holds ${arrays.size} arrays (${known}): name one, as FILE.npz#${first}`)
    }
    const content = arrays.get(name ?? first)
    if (content === undefined) return yield* refuse("npz", `it holds no array "${name}" (arrays: ${known})`)
    return yield* decodeArray(name ?? first, content)
  })

const readArrays = (bytes: Uint8Array): Coded<ReadonlyMap<string, Uint8Array>> =>
  Result.map(
    readZip(bytes),
    (files) =>
      new Map(
        [...files].flatMap(([path, content]) =>
          path.endsWith(ENDING) ? [[path.slice(0, -ENDING.length), content] as const] : []
        )
      )
  )

const decodeArray = (name: string, content: Uint8Array): Coded<Tensor> =>
  Result.mapError(decodeNpy(content), ({ reason }) => new CodecError({ format: `array "${name}"`, reason }))
