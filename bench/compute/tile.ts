/** The fastest product that was found with vectors of 128 bits: one tile in registers, its operands in the nearest cache. */
import asc from "assemblyscript/asc"
import type { Precision } from "../../stages/math/linear/Matrix.ts"
import { makeMemory } from "../../stages/math/wasm/instantiate.ts"
import { type Contender, own } from "./measure.ts"

const ROWS = 4
/** What is summed over, as in a block of a product. */
const DEPTH = 256
const TIMES = 1000

const KINDS = {
  f64: { vector: "f64x2", splat: "v128.load64_splat", size: 8 },
  f32: { vector: "f32x4", splat: "v128.load32_splat", size: 4 }
} as const

const source = ({ vector, splat, size }: (typeof KINDS)[Precision]): string => {
  const rows = Array.from({ length: ROWS }, (_, row) => row)
  const sums = rows.flatMap((row) => [`c${row}0`, `c${row}1`])
  const step = (row: number): string => `
      x = ${splat}(a, ${row * size})
      c${row}0 = ${vector}.add(c${row}0, ${vector}.mul(x, y0))
      c${row}1 = ${vector}.add(c${row}1, ${vector}.mul(x, y1))`
  return `
export function tile(): void {
  for (let time = 0; time < ${TIMES}; time++) {
    let a: usize = 1024, b: usize = 16384
    let ${sums.map((sum) => `${sum} = ${vector}.splat(0)`).join(", ")}
    for (let p = 0; p < ${DEPTH}; p++) {
      const y0 = v128.load(b), y1 = v128.load(b, 16)
      let x: v128${rows.map(step).join("")}
      a += ${ROWS * size}
      b += 32
    }
    ${sums.map((sum, i) => `v128.store(0, ${sum}, ${16 * i})`).join("\n    ")}
  }
}`
}

export interface Tile {
  readonly contender: Contender
  /** Of one run. */
  readonly flops: number
}

export const makeTile = async (precision: Precision): Promise<Tile> => {
  let bytes = new Uint8Array()
  const { error, stderr } = await asc.main(
    ["tile.ts", "-O3", "--runtime", "stub", "--enable", "simd", "--importMemory", "-o", "tile.wasm"],
    {
      readFile: (file) => (file === "tile.ts" ? source(KINDS[precision]) : null),
      writeFile: (_, content) => {
        if (typeof content !== "string") bytes = Uint8Array.from(content)
      },
      listFiles: () => []
    }
  )
  if (error !== null) throw new Error(stderr.toString())
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: makeMemory() } })
  const columns = 32 / KINDS[precision].size
  return { contender: own("tile", (exports as { tile: () => void }).tile), flops: 2 * TIMES * DEPTH * ROWS * columns }
}
