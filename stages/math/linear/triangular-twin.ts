/** The kernel of `assembly/triangular.ts` in plain TypeScript: the same bits. */

/** Elements of an array: where the first lies, and strides between rows and between columns. */
export interface Place {
  readonly at: number
  readonly rs: number
  readonly cs: number
}

/** B ← T⁻¹ B for a lower triangular T of order n, both in `memory`. */
export const solveLowerTwin = (
  n: number,
  columns: number,
  memory: Float64Array,
  t: Place,
  unit: boolean,
  b: Place
): void => {
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < n; i++) {
      const place = b.at + i * b.rs + j * b.cs
      let rest = memory[place]!
      for (let k = 0; k < i; k++) rest -= memory[t.at + i * t.rs + k * t.cs]! * memory[b.at + k * b.rs + j * b.cs]!
      memory[place] = unit ? rest : rest / memory[t.at + i * (t.rs + t.cs)]!
    }
  }
}
