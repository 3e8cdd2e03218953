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

/** Adds the cotangent of each result of a maximum to the first of the largest elements under its window. */
export function maximumGradient(g: usize, x: usize, dy: usize, count: i32, dx: usize): void {
  const KD = field(g, WINDOW), KH = field(g, WINDOW + 1), KW = field(g, WINDOW + 2)
  const LD = field(g, DILATION), LH = field(g, DILATION + 1), LW = field(g, DILATION + 2)
  const channels = field(g, C)
  goTo(g, 0)
  for (let position = 0; position < count; position++, goOn(g)) {
    const d0 = origin(g, 0, od), h0 = origin(g, 1, oh), w0 = origin(g, 2, ow)
    for (let c = 0; c < channels; c++, dy += 4) {
      let best: f32 = 0
      let place: i32 = -1
      for (let kd = 0; kd < KD; kd++) {
        for (let kh = 0; kh < KH; kh++) {
          for (let kw = 0; kw < KW; kw++) {
            const at = element(g, d0 + kd * LD, h0 + kh * LH, w0 + kw * LW)
            if (at < 0) continue
            const value = load<f32>(x + (<usize>(at + c) << 2))
            if (place < 0 || value > best) {
              best = value
              place = at + c
            }
          }
        }
      }
      if (place < 0) continue
      const to = dx + (<usize>place << 2)
      store<f32>(to, load<f32>(to) + load<f32>(dy))
    }
  }
}

/** Cotangent of the input of a depthwise convolution: the filter is window × channels × multiplier. */
export function depthwiseInput(g: usize, dy: usize, filter: usize, multiplier: i32, count: i32, dx: usize): void {
  depthwise(g, dx, dy, filter, multiplier, count, false)
}

/** Cotangent of its filter, in f64: there are as many terms as positions. */
export function depthwiseFilter(g: usize, x: usize, dy: usize, multiplier: i32, count: i32, sums: usize): void {
  depthwise(g, x, dy, sums, multiplier, count, true)
}

@inline
function depthwise(g: usize, x: usize, dy: usize, filter: usize, multiplier: i32, count: i32, isFilter: bool): void {
  const KD = field(g, WINDOW), KH = field(g, WINDOW + 1), KW = field(g, WINDOW + 2)
  const LD = field(g, DILATION), LH = field(g, DILATION + 1), LW = field(g, DILATION + 2)
  const channels = field(g, C), size = channels * multiplier
  goTo(g, 0)
  for (let position = 0; position < count; position++, goOn(g), dy += <usize>size << 2) {
    const d0 = origin(g, 0, od), h0 = origin(g, 1, oh), w0 = origin(g, 2, ow)
    let tap = 0
    for (let kd = 0; kd < KD; kd++) {
      for (let kh = 0; kh < KH; kh++) {
        for (let kw = 0; kw < KW; kw++, tap += size) {
          const at = element(g, d0 + kd * LD, h0 + kh * LH, w0 + kw * LW)
          if (at < 0) continue
          let i = 0
          for (let c = 0; c < channels; c++) {
            const there = x + (<usize>(at + c) << 2)
            if (isFilter) {
              const value = <f64>load<f32>(there)
              for (let m = 0; m < multiplier; m++, i++) {
                const to = filter + (<usize>(tap + i) << 3)
                store<f64>(to, load<f64>(to) + value * <f64>load<f32>(dy + (<usize>i << 2)))
              }
            } else {
              let sum = load<f32>(there)
              for (let m = 0; m < multiplier; m++, i++) {
                sum += load<f32>(dy + (<usize>i << 2)) * load<f32>(filter + (<usize>(tap + i) << 2))
              }
              store<f32>(there, sum)
            }
          }
        }
      }
    }
  }
}
