/**
 * Products of a matrix of zeros and ones with a dense one on raw memory, float64: C (m × n) = Δ (m × k) · A (k × n).
 *
 * Four columns of Δ choose among the sixteen sums of four rows of A, which are formed once: a row of C adds one of them where it would
 * multiply and add four rows. Each sum takes its rows in order, and a row of C the sums of four in order, from 0 on; `BinaryMatrix.ts` says
 * how the choices lie.
 *
 * After V. L. Arlazarov, E. A. Dinic, M. A. Kronrod, I. A. Faradzhev, Soviet Math. Dokl. 11 (1970).
 */

/** Bytes of sums that are kept at once: they stay in the first-level cache. */
const TABLES: i32 = 32768
/** Columns of C that registers hold. */
const NR: i32 = 16

export function product(
  m: i32, n: i32, k: i32, choices: usize, A: usize, lda: usize, C: usize, ldc: usize, scratch: usize
): void {
  const groups = (k + 3) >> 2
  for (let j = 0; j < n; j += NR) {
    const columns = min(NR, n - j), a = A + (<usize>j << 3), c = C + (<usize>j << 3)
    if (columns > 12) panelOf8(m, columns, k, groups, choices, a, lda << 3, c, ldc << 3, scratch)
    else if (columns > 8) panelOf6(m, columns, k, groups, choices, a, lda << 3, c, ldc << 3, scratch)
    else if (columns > 4) panelOf4(m, columns, k, groups, choices, a, lda << 3, c, ldc << 3, scratch)
    else panelOf2(m, columns, k, groups, choices, a, lda << 3, c, ldc << 3, scratch)
  }
}

// Functions apart, so that each keeps the number of its vectors as a constant.
function panelOf2(
  m: i32, n: i32, k: i32, groups: i32, choices: usize, A: usize, lda: usize, C: usize, ldc: usize, tables: usize
): void {
  panel(2, m, n, k, groups, choices, A, lda, C, ldc, tables)
}

function panelOf4(
  m: i32, n: i32, k: i32, groups: i32, choices: usize, A: usize, lda: usize, C: usize, ldc: usize, tables: usize
): void {
  panel(4, m, n, k, groups, choices, A, lda, C, ldc, tables)
}

function panelOf6(
  m: i32, n: i32, k: i32, groups: i32, choices: usize, A: usize, lda: usize, C: usize, ldc: usize, tables: usize
): void {
  panel(6, m, n, k, groups, choices, A, lda, C, ldc, tables)
}

function panelOf8(
  m: i32, n: i32, k: i32, groups: i32, choices: usize, A: usize, lda: usize, C: usize, ldc: usize, tables: usize
): void {
  panel(8, m, n, k, groups, choices, A, lda, C, ldc, tables)
}

/** A panel of columns, a pair of vectors wider than `n` − 4: what lies behind the n-th is read, never stored. */
@inline
function panel(
  vectors: i32, m: i32, n: i32, k: i32, groups: i32,
  choices: usize, A: usize, lda: usize, C: usize, ldc: usize, tables: usize
): void {
  const most = TABLES / (256 * vectors)
  // Without an inner dimension one step of no groups fills C with zeros.
  for (let first = 0; first == 0 || first < groups; first += most) {
    const count = min(most, groups - first)
    for (let g = 0; g < count; g++) {
      const row = 4 * (first + g)
      tabulate(vectors, min(4, k - row), A + <usize>row * lda, lda, tables + <usize>(g * vectors) * 256)
    }
    for (let i = 0; i < m; i++) {
      addChosen(vectors, n, first > 0, count, choices + <usize>i * groups + first, C + <usize>i * ldc, tables)
    }
  }
}

/** Sum c of the table: those rows of A whose bits are set in c. */
@inline
function tabulate(vectors: i32, rows: i32, A: usize, lda: usize, table: usize): void {
  const size = <usize>vectors << 4
  memory.fill(table, 0, size)
  for (let bit = 0; bit < rows; bit++, A += lda) {
    const half = size << bit
    for (let at: usize = 0; at < half; at += size) {
      for (let v: usize = 0; v < size; v += 16) {
        v128.store(table + half + at + v, f64x2.add(v128.load(table + at + v), v128.load(A + v)))
      }
    }
  }
}

/** Adds the chosen sum of each group to a row of C, or begins it with them. */
@inline
function addChosen(
  vectors: i32, columns: i32, goesOn: bool, count: i32, choices: usize, C: usize, tables: usize
): void {
  let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0
  if (goesOn) {
    s0 = v128.load(C)
    s1 = v128.load(C, 16)
    if (vectors > 2) s2 = v128.load(C, 32), s3 = v128.load(C, 48)
    if (vectors > 4) s4 = v128.load(C, 64), s5 = v128.load(C, 80)
    if (vectors > 6) s6 = v128.load(C, 96), s7 = v128.load(C, 112)
  }
  for (let g = 0; g < count; g++) {
    const sum = tables + <usize>(<i32>load<u8>(choices + g) * vectors) * 16
    s0 = f64x2.add(s0, v128.load(sum))
    s1 = f64x2.add(s1, v128.load(sum, 16))
    if (vectors > 2) s2 = f64x2.add(s2, v128.load(sum, 32)), s3 = f64x2.add(s3, v128.load(sum, 48))
    if (vectors > 4) s4 = f64x2.add(s4, v128.load(sum, 64)), s5 = f64x2.add(s5, v128.load(sum, 80))
    if (vectors > 6) s6 = f64x2.add(s6, v128.load(sum, 96)), s7 = f64x2.add(s7, v128.load(sum, 112))
    tables += <usize>vectors << 8
  }
  const pair = vectors - 2
  if (vectors > 2) v128.store(C, s0), v128.store(C, s1, 16)
  if (vectors > 4) v128.store(C, s2, 32), v128.store(C, s3, 48)
  if (vectors > 6) v128.store(C, s4, 64), v128.store(C, s5, 80)
  const last = C + (<usize>pair << 4), left = columns - 2 * pair
  if (vectors == 2) storeSome(s0, s1, left, last)
  if (vectors == 4) storeSome(s2, s3, left, last)
  if (vectors == 6) storeSome(s4, s5, left, last)
  if (vectors == 8) storeSome(s6, s7, left, last)
}

/** The first `count` of four numbers, at least one. */
@inline
function storeSome(x: v128, y: v128, count: i32, to: usize): void {
  if (count == 1) store<f64>(to, f64x2.extract_lane(x, 0))
  else v128.store(to, x)
  if (count == 3) store<f64>(to, f64x2.extract_lane(y, 0), 16)
  else if (count == 4) v128.store(to, y, 16)
}
