/**
 * Triangular systems of small order on raw memory, float64.
 *
 * One kernel serves all sides, triangles and transpositions: strides say how the operands lie, and a negative stride
 * turns an upper triangle into a lower one. `triangular-twin.ts` repeats its sums.
 */

/** Rows and columns of a register tile. */
const TILE: i32 = 4

/** Bytes of scratch memory for order n: the packed triangle, and a panel of right-hand sides. */
export function scratchBytes(n: i32): usize {
  const groups = (n + TILE - 1) / TILE
  return <usize>(groups * (groups + 1) / 2 * TILE * TILE + groups * TILE * TILE) * 8
}

@inline
function less(x: v128, t: usize, y: v128): v128 {
  return f64x2.sub(x, f64x2.mul(v128.load64_splat(t), y))
}

/**
 * B ← T⁻¹ B for a lower triangular T of order n, with ones on its diagonal when `unit`.
 *
 * Element (i, k) of T lies at T + (i·rsT + k·csT), element (i, j) of B at B + (i·rsB + j·csB); strides count elements and
 * may be negative. x_i = (b_i − Σ t_ik x_k) / t_ii, terms taken off one by one, k ascending.
 */
export function solveLower(
  n: i32, columns: i32, T: usize, rsT: usize, csT: usize, unit: bool, B: usize, rsB: usize, csB: usize, scratch: usize
): void {
  const end = packTriangle(n, T, rsT, csT, unit, scratch)
  for (let j = 0; j < columns; j += TILE) {
    const width = min(TILE, columns - j)
    const panel = B + <usize>j * csB * 8
    loadPanel(n, width, panel, rsB, csB, end)
    solvePanel(n, scratch, end)
    storePanel(n, width, panel, rsB, csB, end)
  }
}

/** Groups of four rows, column after column, up to and with their diagonal block; what is missing is of the identity. */
function packTriangle(n: i32, T: usize, rs: usize, cs: usize, unit: bool, to: usize): usize {
  for (let i = 0; i < n; i += TILE) {
    for (let k = 0; k < i + TILE; k++) {
      for (let r = 0; r < TILE; r++) {
        const row = i + r
        let value: f64 = row == k ? 1 : 0
        if (row < n && (k < row || (k == row && !unit))) value = load<f64>(T + (<usize>row * rs + <usize>k * cs) * 8)
        store<f64>(to, value)
        to += 8
      }
    }
  }
  return to
}

/** Four columns of B side by side; missing ones are zero. */
function loadPanel(n: i32, width: i32, B: usize, rs: usize, cs: usize, to: usize): void {
  for (let i = 0; i < n; i++) {
    if (width == TILE && cs == 1) {
      v128.store(to, v128.load(B))
      v128.store(to, v128.load(B, 16), 16)
    } else {
      for (let j = 0; j < TILE; j++) store<f64>(to + <usize>j * 8, j < width ? load<f64>(B + <usize>j * cs * 8) : 0)
    }
    B += rs * 8
    to += 32
  }
  for (; n % TILE != 0; n++) {
    memory.fill(to, 0, 32)
    to += 32
  }
}

function storePanel(n: i32, width: i32, B: usize, rs: usize, cs: usize, from: usize): void {
  for (let i = 0; i < n; i++) {
    if (width == TILE && cs == 1) {
      v128.store(B, v128.load(from))
      v128.store(B, v128.load(from, 16), 16)
    } else {
      for (let j = 0; j < width; j++) store<f64>(B + <usize>j * cs * 8, load<f64>(from + <usize>j * 8))
    }
    B += rs * 8
    from += 32
  }
}

/** Four rows at a time: what is known is taken off in registers, then the diagonal block is solved there. */
function solvePanel(n: i32, t: usize, panel: usize): void {
  for (let i = 0; i < n; i += TILE) {
    const b = panel + <usize>i * 32
    let x00 = v128.load(b), x01 = v128.load(b, 16), x10 = v128.load(b, 32), x11 = v128.load(b, 48)
    let x20 = v128.load(b, 64), x21 = v128.load(b, 80), x30 = v128.load(b, 96), x31 = v128.load(b, 112)
    let x = panel
    for (let k = 0; k < i; k++) {
      const y0 = v128.load(x), y1 = v128.load(x, 16)
      x00 = less(x00, t, y0)
      x01 = less(x01, t, y1)
      x10 = less(x10, t + 8, y0)
      x11 = less(x11, t + 8, y1)
      x20 = less(x20, t + 16, y0)
      x21 = less(x21, t + 16, y1)
      x30 = less(x30, t + 24, y0)
      x31 = less(x31, t + 24, y1)
      t += 32
      x += 32
    }
    let d = v128.load64_splat(t)
    x00 = f64x2.div(x00, d)
    x01 = f64x2.div(x01, d)
    d = v128.load64_splat(t, 40)
    x10 = f64x2.div(less(x10, t + 8, x00), d)
    x11 = f64x2.div(less(x11, t + 8, x01), d)
    d = v128.load64_splat(t, 80)
    x20 = f64x2.div(less(less(x20, t + 16, x00), t + 48, x10), d)
    x21 = f64x2.div(less(less(x21, t + 16, x01), t + 48, x11), d)
    d = v128.load64_splat(t, 120)
    x30 = f64x2.div(less(less(less(x30, t + 24, x00), t + 56, x10), t + 88, x20), d)
    x31 = f64x2.div(less(less(less(x31, t + 24, x01), t + 56, x11), t + 88, x21), d)
    v128.store(b, x00)
    v128.store(b, x01, 16)
    v128.store(b, x10, 32)
    v128.store(b, x11, 48)
    v128.store(b, x20, 64)
    v128.store(b, x21, 80)
    v128.store(b, x30, 96)
    v128.store(b, x31, 112)
    t += 128
  }
}
