/**
 * Functions of `special/Elementary.ts` over arrays of float64 on raw memory, with the bits that they have for each element.
 *
 * Two elements at once where both are in the range of `shared-elementary.ts`, else one by one.
 */
import {
  exp as exp2, expOne, isAngleRange, isExpRange, isLogRange, isTanhRange, log as log2, logOne, sin as sin2, sinOne,
  tanh as tanh2, tanhOne
} from "./shared-elementary"

export function exp(from: usize, to: usize, count: i32): void {
  const end = from + (<usize>count << 3)
  for (; from + 16 <= end; from += 16, to += 16) {
    const x = v128.load(from)
    if (isExpRange(x)) v128.store(to, exp2(x))
    else {
      store<f64>(to, expOne(load<f64>(from)))
      store<f64>(to, expOne(load<f64>(from, 8)), 8)
    }
  }
  if (from < end) store<f64>(to, expOne(load<f64>(from)))
}

export function log(from: usize, to: usize, count: i32): void {
  const end = from + (<usize>count << 3)
  for (; from + 16 <= end; from += 16, to += 16) {
    const x = v128.load(from)
    if (isLogRange(x)) v128.store(to, log2(x))
    else {
      store<f64>(to, logOne(load<f64>(from)))
      store<f64>(to, logOne(load<f64>(from, 8)), 8)
    }
  }
  if (from < end) store<f64>(to, logOne(load<f64>(from)))
}

@inline
function turned(from: usize, to: usize, count: i32, quarters: i32): void {
  const end = from + (<usize>count << 3)
  for (; from + 16 <= end; from += 16, to += 16) {
    const x = v128.load(from)
    if (isAngleRange(x)) v128.store(to, sin2(x, quarters))
    else {
      store<f64>(to, sinOne(load<f64>(from), quarters))
      store<f64>(to, sinOne(load<f64>(from, 8), quarters), 8)
    }
  }
  if (from < end) store<f64>(to, sinOne(load<f64>(from), quarters))
}

export function sin(from: usize, to: usize, count: i32): void {
  turned(from, to, count, 0)
}

export function cos(from: usize, to: usize, count: i32): void {
  turned(from, to, count, 1)
}

export function tanh(from: usize, to: usize, count: i32): void {
  const end = from + (<usize>count << 3)
  for (; from + 16 <= end; from += 16, to += 16) {
    const x = v128.load(from)
    if (isTanhRange(x)) v128.store(to, tanh2(x))
    else {
      store<f64>(to, tanhOne(load<f64>(from)))
      store<f64>(to, tanhOne(load<f64>(from, 8)), 8)
    }
  }
  if (from < end) store<f64>(to, tanhOne(load<f64>(from)))
}
