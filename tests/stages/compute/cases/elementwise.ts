/** Elementwise functions, also of shapes that are broadcast. */
import tf from "@tensorflow/tfjs"
import { type Case, of, positive, type Range, real } from "./Case.ts"

const each = (range: Range, functions: { readonly [name: string]: (x: tf.Tensor) => tf.Tensor }): ReadonlyArray<Case> =>
  Object.entries(functions).map(([name, f]) => of(name, [{ shape: [2, 3], range }], f))

export const ELEMENTWISE: ReadonlyArray<Case> = [
  ...each("real", {
    abs: tf.abs,
    asinh: tf.asinh,
    atan: tf.atan,
    cos: tf.cos,
    cosh: tf.cosh,
    elu: tf.elu,
    erf: tf.erf,
    exp: tf.exp,
    expm1: tf.expm1,
    "leaky relu": (x) => tf.leakyRelu(x, 0.2),
    "log sigmoid": tf.logSigmoid,
    neg: tf.neg,
    relu: (x) => tf.square(tf.relu(x)),
    relu6: (x) => tf.square(tf.relu6(x)),
    selu: tf.selu,
    sigmoid: tf.sigmoid,
    sin: tf.sin,
    sinh: tf.sinh,
    softplus: tf.softplus,
    square: tf.square,
    tanh: tf.tanh,
    clip: (x) => tf.square(tf.clipByValue(x, -0.5, 0.7)),
    steps: (x) =>
      tf.mul(
        x,
        tf.addN([
          tf.floor(x),
          tf.ceil(x),
          tf.round(x),
          tf.sign(x),
          tf.step(x),
          tf.cast(tf.isFinite(x), "float32"),
          tf.cast(tf.isNaN(x), "float32"),
          tf.cast(tf.isInf(x), "float32")
        ])
      )
  }),
  ...each("positive", { log: tf.log, log1p: tf.log1p, reciprocal: tf.reciprocal, rsqrt: tf.rsqrt, sqrt: tf.sqrt }),
  ...each("positive", { acosh: (x) => tf.acosh(tf.add(x, 1)) }),
  ...each("unit", { acos: tf.acos, asin: tf.asin, atanh: tf.atanh, tan: tf.tan }),
  of("arithmetic, broadcast", [real(2, 3), real(3), positive(2, 1)], (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) =>
    tf.div(tf.sub(tf.mul(a, b), tf.add(b, c)), c)
  ),
  of("atan2, broadcast", [real(2, 3), positive(3)], tf.atan2),
  of("floor of quotient", [real(2, 3), positive(3)], (a: tf.Tensor, b: tf.Tensor) => tf.mul(a, tf.floorDiv(a, b))),
  of("maximum, minimum, broadcast", [real(2, 3), real(3)], (a: tf.Tensor, b: tf.Tensor) =>
    tf.mul(tf.maximum(a, b), tf.minimum(a, tf.mul(b, b)))
  ),
  of("modulus", [positive(2, 3), positive(3)], (a: tf.Tensor, b: tf.Tensor) => tf.square(tf.mod(a, b))),
  of("power", [positive(2, 3), real(3)], tf.pow),
  of("prelu", [real(2, 3), real(3)], (x: tf.Tensor, alpha: tf.Tensor) => tf.square(tf.prelu(x, alpha))),
  of("squared difference, broadcast", [real(2, 3), real(3)], tf.squaredDifference),
  of("where", [real(2, 3), real(2, 3)], (a: tf.Tensor, b: tf.Tensor) =>
    tf.where(tf.greater(a, b), tf.mul(a, b), tf.exp(b))
  ),
  of("comparisons", [real(2, 3), real(3)], (a: tf.Tensor, b: tf.Tensor) => {
    const masks = [tf.greater, tf.greaterEqual, tf.less, tf.lessEqual, tf.equal, tf.notEqual].map((compare) =>
      tf.cast(compare(a, b), "float32")
    )
    const both = tf.logicalOr(tf.logicalAnd(tf.greater(a, 0), tf.less(b, 1)), tf.logicalNot(tf.greater(a, b)))
    const reduced = tf.logicalOr(tf.any(tf.greater(a, 1), 1, true), tf.all(tf.less(a, 0), 1, true))
    const sum = tf.add(tf.addN([...masks, tf.cast(both, "float32")]), tf.cast(reduced, "float32"))
    return tf.mul(tf.square(a), sum)
  })
]
