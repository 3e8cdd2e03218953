/** Up to five arrays of one length in one, and back. */

type Parts = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]

/** So many arrays of zeros. */
export const zeros = (count: number, size: number): Parts =>
  Array.from({ length: count }, () => new Float64Array(size)) as Parts

/** All of one length, one after the other. */
export const joined = (...parts: ReadonlyArray<Float64Array>): Float64Array => {
  const size = parts[0]!.length
  const all = new Float64Array(parts.length * size)
  for (const [at, part] of parts.entries()) all.set(part, at * size)
  return all
}

/** What `joined` has made one of. */
export const parted = (count: number, all: Float64Array): Parts =>
  Array.from({ length: count }, (_, part) =>
    all.slice((part * all.length) / count, ((part + 1) * all.length) / count)
  ) as Parts
