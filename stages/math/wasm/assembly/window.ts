/**
 * Windows that move over images of float32, in one to three dimensions: count × depth × height × width × channels, channels fastest.
 *
 * A geometry is 19 numbers (i32): of the image D H W and channels C, of the result D H W, of the window D H W, its strides, its
 * dilations, and what is padded before, each for depth, height and width. Positions of the result are counted over all images.
 */

/** Fields of a geometry. */
const D = 0, C = 3, OUT = 4, WINDOW = 7, STRIDE = 10, DILATION = 13, BEFORE = 16

@inline
function field(g: usize, at: i32): i32 {
  return load<i32>(g + (<usize>at << 2))
}

/** Where a position of the result lies: image, and first element of the window along each axis. */
let image: i32 = 0, od: i32 = 0, oh: i32 = 0, ow: i32 = 0

function goTo(g: usize, position: i32): void {
  const OD = field(g, OUT), OH = field(g, OUT + 1), OW = field(g, OUT + 2)
  ow = position % OW
  let rest = position / OW
  oh = rest % OH
  rest /= OH
  od = rest % OD
  image = rest / OD
}

function goOn(g: usize): void {
  if (++ow < field(g, OUT + 2)) return
  ow = 0
  if (++oh < field(g, OUT + 1)) return
  oh = 0
  if (++od < field(g, OUT)) return
  od = 0
  image++
}

/** Where the window begins along an axis, perhaps before the image. */
@inline
function origin(g: usize, axis: i32, position: i32): i32 {
  return position * field(g, STRIDE + axis) - field(g, BEFORE + axis)
}

/** Index of the first channel of an element, or −1 outside of the image. */
@inline
function element(g: usize, d: i32, h: i32, w: i32): i32 {
  const H = field(g, D + 1), W = field(g, D + 2)
  if (<u32>d >= <u32>field(g, D) || <u32>h >= <u32>H || <u32>w >= <u32>W) return -1
  return (((image * field(g, D) + d) * H + h) * W + w) * field(g, C)
}

@inline
function copy(to: usize, from: usize, count: i32): void {
  let i = 0
  for (; i + 4 <= count; i += 4) v128.store(to + (<usize>i << 2), v128.load(from + (<usize>i << 2)))
  for (; i < count; i++) store<f32>(to + (<usize>i << 2), load<f32>(from + (<usize>i << 2)))
}

@inline
function clear(to: usize, count: i32): void {
  let i = 0
  for (; i + 4 <= count; i += 4) v128.store(to + (<usize>i << 2), f32x4.splat(0))
  for (; i < count; i++) store<f32>(to + (<usize>i << 2), 0)
}

@inline
function add(to: usize, from: usize, count: i32): void {
  let i = 0
  for (; i + 4 <= count; i += 4) {
    const at = to + (<usize>i << 2)
    v128.store(at, f32x4.add(v128.load(at), v128.load(from + (<usize>i << 2))))
  }
  for (; i < count; i++) {
    const at = to + (<usize>i << 2)
    store<f32>(at, load<f32>(at) + load<f32>(from + (<usize>i << 2)))
  }
}

/** Rows of patches: for each of `count` positions from `first` the elements under the window, zeros outside of the image. */
export function unfold(g: usize, x: usize, first: i32, count: i32, to: usize): void {
  move(g, x, first, count, to, false)
}

/** The transpose of `unfold`: adds each element of the patches to where it came from. */
export function fold(g: usize, x: usize, first: i32, count: i32, from: usize): void {
  move(g, x, first, count, from, true)
}

@inline
function move(g: usize, x: usize, first: i32, count: i32, patches: usize, isFold: bool): void {
  const KD = field(g, WINDOW), KH = field(g, WINDOW + 1), KW = field(g, WINDOW + 2)
  const LD = field(g, DILATION), LH = field(g, DILATION + 1), LW = field(g, DILATION + 2)
  const channels = field(g, C), W = field(g, D + 2)
  const line = KW * channels
  goTo(g, first)
  for (let position = 0; position < count; position++, goOn(g)) {
    const d0 = origin(g, 0, od), h0 = origin(g, 1, oh), w0 = origin(g, 2, ow)
    // Elements of a line of the window that lie inside of the image: all of them have one place beside the other.
    const left = LW == 1 ? max(0, -w0) : 0
    const right = LW == 1 ? min(KW, W - w0) : 0
    for (let kd = 0; kd < KD; kd++) {
      for (let kh = 0; kh < KH; kh++, patches += <usize>line << 2) {
        const d = d0 + kd * LD, h = h0 + kh * LH
        if (LW == 1) {
          const begin = right > left ? element(g, d, h, w0 + left) : -1
          if (begin < 0) {
            if (!isFold) clear(patches, line)
            continue
          }
          const inside = patches + (<usize>(left * channels) << 2), there = x + (<usize>begin << 2)
          const length = (right - left) * channels
          if (isFold) add(there, inside, length)
          else {
            clear(patches, left * channels)
            copy(inside, there, length)
            clear(patches + (<usize>(right * channels) << 2), (KW - right) * channels)
          }
          continue
        }
        for (let kw = 0; kw < KW; kw++) {
          const at = element(g, d, h, w0 + kw * LW), place = patches + (<usize>(kw * channels) << 2)
          if (isFold) {
            if (at >= 0) add(x + (<usize>at << 2), place, channels)
          } else if (at >= 0) copy(place, x + (<usize>at << 2), channels)
          else clear(place, channels)
        }
      }
    }
  }
}

@inline
function addOne(to: usize, from: usize): void {
  store<f32>(to, load<f32>(to) + load<f32>(from))
}

/** The largest element under the window, for each of `count` positions. */
export function maximum(g: usize, x: usize, count: i32, y: usize): void {
  const channels = field(g, C)
  goTo(g, 0)
  for (let position = 0; position < count; position++, goOn(g)) {
    for (let c = 0; c < channels; c++, y += 4) {
      const place = largestOne(g, x, c)
      store<f32>(y, place < 0 ? -Infinity : load<f32>(x + (<usize>place << 2)))
    }
  }
}

/** Adds the cotangent of each result of a maximum to the first of the largest elements under its window, four channels at a time. */
export function maximumGradient(g: usize, x: usize, dy: usize, count: i32, dx: usize): void {
  const channels = field(g, C)
  goTo(g, 0)
  for (let position = 0; position < count; position++, goOn(g), dy += <usize>channels << 2) {
    let c = 0
    for (; c + 4 <= channels; c += 4) {
      const places = largest(g, x, c)
      const from = dy + (<usize>c << 2)
      if (i32x4.extract_lane(places, 0) < 0) continue
      addOne(dx + (<usize>i32x4.extract_lane(places, 0) << 2), from)
      addOne(dx + (<usize>(i32x4.extract_lane(places, 1) + 1) << 2), from + 4)
      addOne(dx + (<usize>(i32x4.extract_lane(places, 2) + 2) << 2), from + 8)
      addOne(dx + (<usize>(i32x4.extract_lane(places, 3) + 3) << 2), from + 12)
    }
    // The last channels of the last image may be the last bytes of the memory: what lies beyond is not read.
    for (; c < channels; c++) {
      const place = largestOne(g, x, c)
      if (place >= 0) addOne(dx + (<usize>place << 2), dy + (<usize>c << 2))
    }
  }
}

/** Where four channels from the c-th have their first largest elements, as indices of the c-th channel; −1 where no element is. */
@inline
function largest(g: usize, x: usize, c: i32): v128 {
  const KD = field(g, WINDOW), KH = field(g, WINDOW + 1), KW = field(g, WINDOW + 2)
  const LD = field(g, DILATION), LH = field(g, DILATION + 1), LW = field(g, DILATION + 2)
  const d0 = origin(g, 0, od), h0 = origin(g, 1, oh), w0 = origin(g, 2, ow)
  let best = f32x4.splat(0), places = i32x4.splat(-1), isFirst = true
  for (let kd = 0; kd < KD; kd++) {
    for (let kh = 0; kh < KH; kh++) {
      for (let kw = 0; kw < KW; kw++) {
        const at = element(g, d0 + kd * LD, h0 + kh * LH, w0 + kw * LW)
        if (at < 0) continue
        const values = v128.load(x + (<usize>(at + c) << 2))
        const larger = isFirst ? i32x4.splat(-1) : f32x4.gt(values, best)
        best = v128.bitselect(values, best, larger)
        places = v128.bitselect(i32x4.splat(at + c), places, larger)
        isFirst = false
      }
    }
  }
  return places
}

@inline
function largestOne(g: usize, x: usize, c: i32): i32 {
  const KD = field(g, WINDOW), KH = field(g, WINDOW + 1), KW = field(g, WINDOW + 2)
  const LD = field(g, DILATION), LH = field(g, DILATION + 1), LW = field(g, DILATION + 2)
  const d0 = origin(g, 0, od), h0 = origin(g, 1, oh), w0 = origin(g, 2, ow)
  let best: f32 = 0, place = -1
  for (let kd = 0; kd < KD; kd++) {
    for (let kh = 0; kh < KH; kh++) {
      for (let kw = 0; kw < KW; kw++) {
        const at = element(g, d0 + kd * LD, h0 + kh * LH, w0 + kw * LW)
        if (at < 0) continue
        const value = load<f32>(x + (<usize>(at + c) << 2))
        if (place >= 0 && !(value > best)) continue
        best = value
        place = at + c
      }
    }
  }
  return place
}

/** A depthwise convolution: the filter is window × channels × multiplier, and the result, zeros before, has channels × multiplier. */
export function depthwiseForward(g: usize, x: usize, filter: usize, multiplier: i32, count: i32, y: usize): void {
  depthwise(g, x, y, filter, multiplier, count, FORWARD)
}

/** Cotangent of its input. */
export function depthwiseInput(g: usize, dy: usize, filter: usize, multiplier: i32, count: i32, dx: usize): void {
  depthwise(g, dx, dy, filter, multiplier, count, INPUT)
}

/** Cotangent of its filter, in f64: there are as many terms as positions. */
export function depthwiseFilter(g: usize, x: usize, dy: usize, multiplier: i32, count: i32, sums: usize): void {
  depthwise(g, x, dy, sums, multiplier, count, FILTER)
}

/** What is formed from the other two. */
const FORWARD = 0, INPUT = 1, FILTER = 2

@inline
function depthwise(g: usize, x: usize, y: usize, filter: usize, multiplier: i32, count: i32, what: i32): void {
  const KD = field(g, WINDOW), KH = field(g, WINDOW + 1), KW = field(g, WINDOW + 2)
  const LD = field(g, DILATION), LH = field(g, DILATION + 1), LW = field(g, DILATION + 2)
  const channels = field(g, C), size = channels * multiplier
  const step: usize = what == FILTER ? 8 : 4
  goTo(g, 0)
  for (let position = 0; position < count; position++, goOn(g), y += <usize>size << 2) {
    const d0 = origin(g, 0, od), h0 = origin(g, 1, oh), w0 = origin(g, 2, ow)
    let weights = filter
    for (let kd = 0; kd < KD; kd++) {
      for (let kh = 0; kh < KH; kh++) {
        for (let kw = 0; kw < KW; kw++, weights += <usize>size * step) {
          const at = element(g, d0 + kd * LD, h0 + kh * LH, w0 + kw * LW)
          if (at < 0) continue
          const there = x + (<usize>at << 2)
          if (what == FORWARD) forwardTap(there, weights, channels, multiplier, y)
          else if (what == INPUT) inputTap(y, weights, channels, multiplier, there)
          else filterTap(there, y, channels, multiplier, weights)
        }
      }
    }
  }
}

/** to += a · b, element by element. */
@inline
function addProducts(a: usize, b: usize, count: i32, to: usize): void {
  let i = 0
  for (; i + 4 <= count; i += 4) {
    const at = <usize>i << 2
    v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(v128.load(a + at), v128.load(b + at))))
  }
  for (; i < count; i++) {
    const at = <usize>i << 2
    store<f32>(to + at, load<f32>(to + at) + load<f32>(a + at) * load<f32>(b + at))
  }
}

@inline
function forwardTap(x: usize, filter: usize, channels: i32, multiplier: i32, y: usize): void {
  if (multiplier == 1) {
    addProducts(x, filter, channels, y)
    return
  }
  for (let c = 0; c < channels; c++, x += 4) {
    const value = load<f32>(x)
    for (let m = 0; m < multiplier; m++, filter += 4, y += 4) store<f32>(y, load<f32>(y) + value * load<f32>(filter))
  }
}

@inline
function inputTap(dy: usize, filter: usize, channels: i32, multiplier: i32, dx: usize): void {
  if (multiplier == 1) {
    addProducts(dy, filter, channels, dx)
    return
  }
  for (let c = 0; c < channels; c++, dx += 4) {
    let sum = load<f32>(dx)
    for (let m = 0; m < multiplier; m++, filter += 4, dy += 4) sum += load<f32>(dy) * load<f32>(filter)
    store<f32>(dx, sum)
  }
}

@inline
function filterTap(x: usize, dy: usize, channels: i32, multiplier: i32, sums: usize): void {
  for (let c = 0; c < channels; c++, x += 4) {
    const value = <f64>load<f32>(x)
    for (let m = 0; m < multiplier; m++, dy += 4, sums += 8) {
      store<f64>(sums, load<f64>(sums) + value * <f64>load<f32>(dy))
    }
  }
}
