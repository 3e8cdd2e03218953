/** Aᵀ of an m × n matrix, row-major; a new array. Throws `RangeError` when the array has another length. */
export const transpose = (a: Float64Array, m: number, n: number): Float64Array => {
  if (a.length !== m * n) throw new RangeError(`${a.length} elements do not fill ${m}×${n}`)
  const result = new Float64Array(m * n)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) result[j * m + i] = a[i * n + j]!
  return result
}
