/** Sums of float32, in f64: what was summed in f32 is off by percents for millions of elements. Orders are fixed by the shapes. */

@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1))
}

/** Sums over the middle of outer × middle × inner, to outer × inner; `sums` has room for `inner` f64. */
export function sumMiddle(x: usize, outer: i32, middle: i32, inner: i32, to: usize, sums: usize): void {
  for (let o = 0; o < outer; o++) {
    if (inner == 1) {
      store<f32>(to, <f32>sumOf(x, middle))
      x += <usize>middle << 2
    } else {
      for (let i = 0; i < inner; i++) store<f64>(sums + (<usize>i << 3), 0)
      for (let m = 0; m < middle; m++, x += <usize>inner << 2) addTo(sums, x, inner)
      for (let i = 0; i < inner; i++) store<f32>(to + (<usize>i << 2), <f32>load<f64>(sums + (<usize>i << 3)))
    }
    to += <usize>inner << 2
  }
}

/** Eight partial sums, then the rest. */
function sumOf(x: usize, count: i32): f64 {
  let a = f64x2.splat(0), b = a, c = a, d = a
  let i = 0
  for (; i + 8 <= count; i += 8) {
    const p = v128.load(x + (<usize>i << 2)), q = v128.load(x + (<usize>i << 2), 16)
    a = f64x2.add(a, low(p))
    b = f64x2.add(b, high(p))
    c = f64x2.add(c, low(q))
    d = f64x2.add(d, high(q))
  }
  const all = f64x2.add(f64x2.add(a, b), f64x2.add(c, d))
  let sum = f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1)
  for (; i < count; i++) sum += <f64>load<f32>(x + (<usize>i << 2))
  return sum
}

function addTo(sums: usize, x: usize, count: i32): void {
  let i = 0
  for (; i + 4 <= count; i += 4) {
    const p = v128.load(x + (<usize>i << 2)), at = sums + (<usize>i << 3)
    v128.store(at, f64x2.add(v128.load(at), low(p)))
    v128.store(at, f64x2.add(v128.load(at, 16), high(p)), 16)
  }
  for (; i < count; i++) {
    const at = sums + (<usize>i << 3)
    store<f64>(at, load<f64>(at) + <f64>load<f32>(x + (<usize>i << 2)))
  }
}

/** Adds each row of x to the row of `to` that `ids` names; rows that name none are left out. */
export function segmentSum(x: usize, ids: usize, rows: i32, width: i32, segments: i32, to: usize): void {
  for (let row = 0; row < rows; row++, x += <usize>width << 2) {
    const id = load<i32>(ids + (<usize>row << 2))
    if (<u32>id >= <u32>segments) continue
    const begin = to + (<usize>id * <usize>width << 2)
    let i = 0
    for (; i + 4 <= width; i += 4) {
      const at = begin + (<usize>i << 2)
      v128.store(at, f32x4.add(v128.load(at), v128.load(x + (<usize>i << 2))))
    }
    for (; i < width; i++) {
      const at = begin + (<usize>i << 2)
      store<f32>(at, load<f32>(at) + load<f32>(x + (<usize>i << 2)))
    }
  }
}

/** x as f32. */
export function demote(x: usize, count: i32, to: usize): void {
  for (let i = 0; i < count; i++) store<f32>(to + (<usize>i << 2), <f32>load<f64>(x + (<usize>i << 3)))
}
