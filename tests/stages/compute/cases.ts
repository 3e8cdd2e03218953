/** Functions of tensors whose derivatives are checked on every backend: small, for software adapters are slow. */
import tf from "@tensorflow/tfjs"
import { fourier, inverseFourier } from "../../../stages/compute/fourier.ts"
import { attention } from "../../../stages/compute/layers/attention.ts"
import { convolution, initialConvolution } from "../../../stages/compute/layers/convolution.ts"
import { dense } from "../../../stages/compute/layers/dense.ts"
import { dropout } from "../../../stages/compute/layers/dropout.ts"
import { batchNorm, layerNorm } from "../../../stages/compute/layers/normalisation.ts"
import { averagePool, flatten, maxPool } from "../../../stages/compute/layers/pool.ts"
import { gru, lstm } from "../../../stages/compute/layers/recurrent.ts"
import { crossEntropy, meanSquaredError } from "../../../stages/compute/losses.ts"
import { adam, gradientDescent, momentum, type Optimiser } from "../../../stages/compute/Optimiser.ts"

/** Where elements lie: around zero, above it, or between −0.9 and 0.9. */
type Range = "real" | "positive" | "unit"

export interface Input {
  readonly shape: ReadonlyArray<number>
  readonly range: Range
}

export interface Case {
  readonly name: string
  readonly inputs: ReadonlyArray<Input>
  readonly f: (...x: ReadonlyArray<tf.Tensor>) => tf.Tensor
  /** Of which a second derivative is refused. */
  readonly isOnce?: boolean
}

const real = (...shape: ReadonlyArray<number>): Input => ({ shape, range: "real" })
const positive = (...shape: ReadonlyArray<number>): Input => ({ shape, range: "positive" })
const unit = (...shape: ReadonlyArray<number>): Input => ({ shape, range: "unit" })

type Function = (...x: ReadonlyArray<tf.Tensor>) => tf.Tensor

const of = (name: string, inputs: ReadonlyArray<Input>, f: unknown): Case => ({ name, inputs, f: f as Function })

const each = (range: Range, functions: { readonly [name: string]: (x: tf.Tensor) => tf.Tensor }): ReadonlyArray<Case> =>
  Object.entries(functions).map(([name, f]) => of(name, [{ shape: [2, 3], range }], f))

const ELEMENTWISE: ReadonlyArray<Case> = [
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

const REDUCTIONS: ReadonlyArray<Case> = [
  of("sum", [real(2, 3, 2)], (x: tf.Tensor) => tf.square(tf.sum(x, [0, 2]))),
  of("mean", [real(2, 3, 2)], (x: tf.Tensor) => tf.square(tf.mean(x, 1, true))),
  of("max, min", [real(3, 4)], (x: tf.Tensor) => tf.mul(tf.max(x, 0, true), tf.square(tf.min(x, 1, true)))),
  of("product", [real(3, 4)], (x: tf.Tensor) => tf.prod(x, 1)),
  of("variance", [real(3, 4)], (x: tf.Tensor) => tf.moments(x, 0).variance),
  of("norm", [real(3, 4)], (x: tf.Tensor) => tf.norm(x, "euclidean", 1)),
  of("log of sum of exponentials", [real(3, 4)], (x: tf.Tensor) => tf.logSumExp(x, 1)),
  of("softmax", [real(3, 4)], (x: tf.Tensor) => tf.softmax(x)),
  of("log softmax", [real(3, 4)], (x: tf.Tensor) => tf.logSoftmax(x)),
  of("running sum, first axis", [real(3, 3)], (x: tf.Tensor) => tf.square(tf.cumsum(x, 0))),
  of("running sum, backwards", [real(2, 4)], (x: tf.Tensor) => tf.square(tf.cumsum(x, 1, true, true))),
  of("running product", [real(2, 4)], (x: tf.Tensor) => tf.cumprod(x, 1)),
  of("running product through a zero", [real(2, 3)], (x: tf.Tensor) =>
    tf.cumprod(tf.mul(x, tf.tensor1d([1, 0, 1])), 1, true, true)
  ),
  of("largest elements", [real(3, 4)], (x: tf.Tensor) => tf.square(tf.topk(x, 2).values))
]

const matrix = (x: tf.Tensor): tf.Tensor2D => x as tf.Tensor2D

const PRODUCTS: ReadonlyArray<Case> = [
  of("matrix product", [real(2, 3), real(3, 4)], tf.matMul),
  of("matrix product, both transposed", [real(3, 2), real(4, 3)], (a: tf.Tensor, b: tf.Tensor) =>
    tf.matMul(a, b, true, true)
  ),
  of("matrix product, first transposed", [real(2, 3, 2), real(2, 3, 2)], (a: tf.Tensor, b: tf.Tensor) =>
    tf.matMul(a, b, true)
  ),
  of("matrix product, a batch with one matrix", [real(3, 2, 3), real(1, 4, 3)], (a: tf.Tensor, b: tf.Tensor) =>
    tf.matMul(a, b, false, true)
  ),
  of("matrix product, both broadcast", [real(2, 1, 2, 2), real(1, 3, 2, 2)], tf.matMul),
  of("einsum, batch", [real(2, 3, 2), real(2, 2, 3)], (a: tf.Tensor, b: tf.Tensor) => tf.einsum("bij,bjk->bik", a, b)),
  of("einsum, summed out", [real(2, 3), real(3, 2)], (a: tf.Tensor, b: tf.Tensor) => tf.einsum("ij,jk->k", a, b)),
  of("einsum, one operand", [real(2, 3)], (a: tf.Tensor) => tf.square(tf.einsum("ij->j", a))),
  of("dense", [real(3, 4), real(4, 2), real(2)], (x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor) =>
    tf.tanh(dense({ "a/weights": weights, "a/bias": bias }, "a", x))
  ),
  of("fused product", [real(3, 4), real(4, 2), real(2)], (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) =>
    tf.fused.matMul({ a: matrix(a), b: matrix(b), bias, activation: "sigmoid" })
  )
]

const plane = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D
const space = (x: tf.Tensor): tf.Tensor5D => x as tf.Tensor5D

/** Squared, so that a second derivative goes through each of its parts. */
const squared =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Function =>
  (a, b) =>
    tf.square(f(a!, b!))

const CONVOLUTIONS: ReadonlyArray<Case> = [
  of(
    "convolution 1-D",
    [real(1, 6, 2), real(3, 2, 2)],
    squared((x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, "same"))
  ),
  of(
    "convolution",
    [real(2, 4, 4, 2), real(3, 3, 2, 3)],
    squared((x, w) => tf.conv2d(plane(x), plane(w), 1, "same"))
  ),
  of(
    "convolution, strides",
    [real(1, 5, 6, 2), real(2, 3, 2, 2)],
    squared((x, w) => tf.conv2d(plane(x), plane(w), [2, 3], "valid"))
  ),
  of(
    "convolution, dilated",
    [real(1, 6, 6, 1), real(2, 2, 1, 2)],
    squared((x, w) => tf.conv2d(plane(x), plane(w), 1, "same", "NHWC", [2, 3]))
  ),
  of(
    "convolution, transposed",
    [real(1, 3, 3, 2), real(3, 3, 2, 2)],
    squared((x, w) => tf.conv2dTranspose(plane(x), plane(w), [1, 6, 6, 2], 2, "same"))
  ),
  of(
    "convolution 3-D",
    [real(1, 3, 3, 3, 1), real(2, 2, 2, 1, 2)],
    squared((x, w) => tf.conv3d(space(x), space(w), 1, "same"))
  ),
  of(
    "convolution 3-D, transposed",
    [real(1, 2, 2, 2, 2), real(2, 2, 2, 1, 2)],
    squared((x, w) => tf.conv3dTranspose(space(x), space(w), [1, 4, 4, 4, 1], 2, "same"))
  ),
  of(
    "depthwise convolution",
    [real(2, 4, 4, 2), real(3, 3, 2, 1)],
    squared((x, w) => tf.depthwiseConv2d(plane(x), plane(w), 1, "same"))
  ),
  of(
    "depthwise convolution, multiplier and strides",
    [real(1, 5, 5, 2), real(3, 2, 2, 3)],
    squared((x, w) => tf.depthwiseConv2d(plane(x), plane(w), 2, "same"))
  ),
  of(
    "depthwise convolution, strides longer than the filter",
    [real(1, 5, 4, 2), real(1, 2, 2, 1)],
    squared((x, w) => tf.depthwiseConv2d(plane(x), plane(w), [2, 3], "same"))
  ),
  of(
    "depthwise convolution, dilated",
    [real(1, 5, 5, 2), real(2, 2, 2, 2)],
    squared((x, w) => tf.depthwiseConv2d(plane(x), plane(w), 1, "valid", "NHWC", 2))
  ),
  of(
    "separable convolution",
    [real(1, 4, 4, 2), real(2, 2, 2, 1), real(1, 1, 2, 3)],
    (x: tf.Tensor, d: tf.Tensor, p: tf.Tensor) => tf.separableConv2d(plane(x), plane(d), plane(p), 1, "same")
  ),
  of(
    "fused convolution",
    [real(1, 3, 3, 2), real(2, 2, 2, 2), real(2)],
    (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
      tf.fused.conv2d({ x: plane(x), filter: plane(filter), strides: 1, pad: "same", bias, activation: "elu" })
  ),
  of(
    "fused depthwise convolution",
    [real(1, 3, 3, 2), real(2, 2, 2, 1), real(2)],
    (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
      tf.fused.depthwiseConv2d({
        x: plane(x),
        filter: plane(filter),
        strides: 1,
        pad: "same",
        bias,
        activation: "relu6"
      })
  ),
  of("convolutional layers", [real(1, 6, 6, 1)], (x: tf.Tensor) => {
    const parameters = Object.fromEntries(
      Object.entries({ ...initialConvolution(1, "a", 3, 1, 2), ...initialConvolution(1, "b", 3, 2, 2) }).map(
        ([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]
      )
    )
    const first = averagePool(tf.tanh(convolution(parameters, "a", x)), 2)
    return flatten(tf.sigmoid(convolution(parameters, "b", first, { padding: "valid" })))
  }),
  {
    ...of("dilation", [real(1, 4, 4, 1), real(2, 2, 1)], (x: tf.Tensor, w: tf.Tensor) =>
      tf.dilation2d(plane(x), w as tf.Tensor3D, 1, "valid")
    ),
    isOnce: true
  }
]

const POOLS: ReadonlyArray<Case> = [
  of("max pool", [real(1, 4, 4, 2)], (x: tf.Tensor) => tf.square(maxPool(x, 2))),
  of("max pool, overlapping", [real(1, 5, 5, 2)], (x: tf.Tensor) => tf.square(tf.maxPool(plane(x), 3, 2, "same"))),
  of("average pool", [real(1, 5, 5, 2)], (x: tf.Tensor) => tf.square(tf.avgPool(plane(x), 3, 2, "same"))),
  of("max pool 3-D", [real(1, 3, 3, 3, 1)], (x: tf.Tensor) => tf.square(tf.maxPool3d(space(x), 2, 1, "valid"))),
  of("max pool 3-D, unequal extents, of what is below zero", [real(1, 3, 4, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.maxPool3d(space(tf.sub(x, 2)), [1, 2, 3], [1, 2, 1], "same"))
  ),
  of("max pool 3-D, strides longer than the window", [real(1, 5, 3, 7, 1)], (x: tf.Tensor) =>
    tf.square(tf.maxPool3d(space(x), [2, 1, 1], [2, 3, 3], "same"))
  ),
  of("average pool 3-D, unequal extents", [real(1, 3, 4, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.avgPool3d(space(x), [1, 2, 3], [1, 2, 1], "same"))
  ),
  of("average pool 3-D", [real(1, 3, 3, 3, 1)], (x: tf.Tensor) => tf.square(tf.avgPool3d(space(x), 2, 1, "same")))
]

const NORMS: ReadonlyArray<Case> = [
  of("batch normalisation", [real(4, 3), positive(3), real(3)], (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
    batchNorm({ "a/scale": scale, "a/offset": offset }, "a", x)
  ),
  of(
    "batch normalisation by given statistics",
    [real(2, 2, 2, 3), real(3), positive(3), real(3), real(3)],
    (x: tf.Tensor, mean: tf.Tensor1D, variance: tf.Tensor1D, offset: tf.Tensor1D, scale: tf.Tensor1D) =>
      tf.batchNorm(plane(x), mean, variance, offset, scale, 0.01)
  ),
  of("layer normalisation", [real(3, 4), positive(4), real(4)], (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
    layerNorm({ "a/scale": scale, "a/offset": offset }, "a", x)
  ),
  of("local response normalisation", [real(1, 2, 2, 4)], (x: tf.Tensor) =>
    tf.localResponseNormalization(plane(x), 1, 1, 0.5, 0.75)
  )
]

const INDEXING: ReadonlyArray<Case> = [
  of("concat, split, stack, unstack", [real(2, 3), real(2, 3)], (a: tf.Tensor, b: tf.Tensor) => {
    const [c, d] = tf.split(tf.concat([a, b], 1), [2, 4], 1) as [tf.Tensor, tf.Tensor]
    const [e, f] = tf.unstack(tf.stack([a, b])) as [tf.Tensor, tf.Tensor]
    return tf.concat([tf.square(c), tf.exp(d), tf.mul(e, f)], 1)
  }),
  of("slice, strided slice, reverse", [real(4, 5)], (x: tf.Tensor) => {
    const strided = tf.stridedSlice(x, [3, 0], [0, 5], [-2, 2])
    return tf.mul(tf.square(strided), tf.reverse(tf.slice(x, [1, 1], [2, 3]), 0))
  }),
  of("pad", [real(2, 3)], (x: tf.Tensor) =>
    tf.square(
      tf.pad(
        x,
        [
          [1, 0],
          [0, 2]
        ],
        0.5
      )
    )
  ),
  of("mirrored pad", [real(3, 3)], (x: tf.Tensor) =>
    tf.mul(
      tf.square(
        tf.mirrorPad(
          x,
          [
            [1, 2],
            [2, 1]
          ],
          "reflect"
        )
      ),
      tf.mirrorPad(
        x,
        [
          [3, 0],
          [0, 3]
        ],
        "symmetric"
      )
    )
  ),
  of("tile, broadcast", [real(2, 1, 3)], (x: tf.Tensor) =>
    tf.mul(tf.square(tf.tile(x, [1, 2, 2])), tf.broadcastTo(tf.mean(x, 2, true), [2, 2, 6]))
  ),
  of("reshape, transpose, expand, squeeze", [real(2, 3, 1)], (x: tf.Tensor) =>
    tf.exp(tf.transpose(tf.expandDims(tf.squeeze(tf.reshape(x, [3, 2, 1])), 0), [2, 0, 1]))
  ),
  of("gather", [real(4, 3)], (x: tf.Tensor) => tf.square(tf.gather(x, tf.tensor1d([2, 0, 2], "int32")))),
  of("gather, last axis", [real(2, 4)], (x: tf.Tensor) =>
    tf.square(tf.gather(x, tf.tensor2d([3, 0, 3, 1], [2, 2], "int32"), 1))
  ),
  of("gather, batches", [real(2, 3, 2)], (x: tf.Tensor) =>
    tf.square(tf.gather(x, tf.tensor2d([2, 2, 0, 1], [2, 2], "int32"), 1, 1))
  ),
  of("gather at points", [real(3, 3)], (x: tf.Tensor) =>
    tf.square(tf.gatherND(x, tf.tensor2d([0, 1, 2, 2, 0, 1], [3, 2], "int32")))
  ),
  of("scatter at points", [real(3)], (x: tf.Tensor) =>
    tf.square(tf.scatterND(tf.tensor2d([1, 3, 1], [3, 1], "int32"), x, [5]))
  ),
  of("sums by segment", [real(4, 2)], (x: tf.Tensor) =>
    tf.square(tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, 2], "int32"), 3))
  ),
  of("depth to space", [real(1, 2, 2, 4)], (x: tf.Tensor) => tf.square(tf.depthToSpace(plane(x), 2))),
  of("space to batch, and back", [real(1, 4, 4, 1)], (x: tf.Tensor) =>
    tf.batchToSpaceND(
      tf.square(
        tf.spaceToBatchND(
          x,
          [2, 2],
          [
            [0, 0],
            [0, 0]
          ]
        )
      ),
      [2, 2],
      [
        [0, 1],
        [1, 0]
      ]
    )
  ),
  of("one hot, argmax, argmin", [real(3, 4)], (x: tf.Tensor) => {
    const ends = [tf.argMax(x, 1), tf.argMin(x, 1)].map((at) => tf.cast(tf.oneHot(at as tf.Tensor1D, 4), "float32"))
    return tf.mul(tf.square(x), tf.addN(ends))
  }),
  of("update at points", [real(4, 2), real(2, 2)], (x: tf.Tensor, updates: tf.Tensor) =>
    tf.square(tf.tensorScatterUpdate(x, tf.tensor2d([3, 1], [2, 1], "int32"), updates))
  ),
  of("bilinear resize", [real(1, 3, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.image.resizeBilinear(plane(x), [5, 4], false, true))
  ),
  of("bilinear resize by corners", [real(1, 3, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.image.resizeBilinear(plane(x), [5, 2], true))
  ),
  of("nearest resize", [real(1, 3, 3, 1)], (x: tf.Tensor) =>
    tf.square(tf.image.resizeNearestNeighbor(plane(x), [4, 5]))
  )
]

const NETWORKS: ReadonlyArray<Case> = [
  of(
    "LSTM",
    [real(2, 3, 2), real(2, 8), real(2, 8), real(8)],
    (x: tf.Tensor, input: tf.Tensor, state: tf.Tensor, bias: tf.Tensor) =>
      lstm({ "a/input": input, "a/state": state, "a/bias": bias }, "a", x)
  ),
  of(
    "GRU",
    [real(2, 3, 2), real(2, 6), real(2, 6), real(6)],
    (x: tf.Tensor, input: tf.Tensor, state: tf.Tensor, bias: tf.Tensor) =>
      gru({ "a/input": input, "a/state": state, "a/bias": bias }, "a", x)
  ),
  of("attention", [real(2, 3, 2), real(2, 3, 2), real(2, 3, 2)], attention),
  of("causal attention", [real(1, 3, 2), real(1, 3, 2), real(1, 3, 2)], (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
    attention(q, k, v, { causal: true })
  ),
  of("dropout", [real(4, 4)], (x: tf.Tensor) => tf.square(dropout(x, 0.3, { seed: 1, name: "a", step: 2 }))),
  of("cross entropy", [real(3, 4)], (x: tf.Tensor) => crossEntropy(matrix(x), tf.tensor1d([2, 0, 3], "int32"))),
  of("mean squared error", [real(3, 4), real(3, 4)], meanSquaredError),
  of("transform of Fourier", [real(2, 6), real(2, 6)], (a: tf.Tensor, b: tf.Tensor) => {
    const { real: re, imaginary: im } = fourier({ real: a, imaginary: b })
    const filtered = inverseFourier({ real: tf.square(re), imaginary: tf.mul(re, im) })
    return tf.mul(filtered.real, tf.add(filtered.imaginary, 1))
  })
]

/** The loss after two steps, as a function of where they begin. */
const after = (optimiser: Optimiser) => (start: tf.Tensor, data: tf.Tensor) => {
  const loss = (at: tf.Tensor): tf.Scalar => tf.sum(tf.exp(tf.matMul(matrix(data), matrix(at))))
  let [parameter, moments] = [start, optimiser.moments.map((): tf.Tensor => tf.zerosLike(start))]
  for (const step of [1, 2]) {
    const gradient = tf.grad((x) => loss(x))(parameter)
    const updated = optimiser.update(parameter, gradient, moments, { step, rate: 0.05 })
    parameter = updated.parameter
    moments = [...updated.moments]
  }
  return loss(parameter)
}

const OPTIMISERS: ReadonlyArray<Case> = [
  of("through gradient descent", [unit(3, 1), unit(4, 3)], after(gradientDescent)),
  of("through momentum", [unit(3, 1), unit(4, 3)], after(momentum(0.9, { nesterov: true }))),
  of("through Adam", [unit(3, 1), unit(4, 3)], after(adam({ decay: 0.1, epsilon: 1e-3 }))),
  of("a gradient penalty", [real(4, 3), real(3, 5), real(5, 1)], (x: tf.Tensor, w: tf.Tensor, v: tf.Tensor) => {
    const slope = tf.grad((z) => tf.sum(tf.matMul(tf.tanh(tf.matMul(matrix(z), matrix(w))), matrix(v))))(x)
    const norm = tf.sqrt(tf.sum(tf.square(slope), 1))
    return tf.mean(tf.square(tf.sub(norm, 1)))
  }),
  of("a Laplacian", [real(2, 2), unit(2, 4)], (x: tf.Tensor, w: tf.Tensor) => {
    const u = (z: tf.Tensor): tf.Tensor => tf.sum(tf.sigmoid(tf.matMul(matrix(z), matrix(w))), 1)
    const along = (axis: number): tf.Tensor => {
      const slope = (z: tf.Tensor): tf.Tensor => tf.sum(tf.slice(tf.grad((y) => tf.sum(u(y)))(z), [0, axis], [-1, 1]))
      return tf.slice(tf.grad(slope)(x), [0, axis], [-1, 1])
    }
    return tf.add(along(0), along(1))
  })
]

export const CASES: ReadonlyArray<Case> = [
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...PRODUCTS,
  ...CONVOLUTIONS,
  ...POOLS,
  ...NORMS,
  ...INDEXING,
  ...NETWORKS,
  ...OPTIMISERS
]
