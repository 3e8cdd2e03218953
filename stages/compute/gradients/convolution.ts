/**
 * Rules of convolutions.
 *
 * A convolution, its cotangent of the input and its cotangent of the filter are each linear in two of three tensors: the rules of each
 * are made from the others, so that derivatives of any order exist. A dilated filter is one with zeros between its elements.
 */
import type tf from "@tensorflow/tfjs"
import { runKernel } from "../kernels/run-kernel.ts"
import type { Attributes, Rule } from "./Rule.ts"
import { dilate, undilate } from "./shapes.ts"

/** The three operations of a family, as functions of tensors; attributes are passed on. */
interface Family {
  readonly names: readonly [forward: string, ofInput: string, ofFilter: string]
  readonly forward: (x: tf.Tensor, filter: tf.Tensor, attrs: Attributes) => tf.Tensor
  readonly ofInput: (dy: tf.Tensor, filter: tf.Tensor, shape: ReadonlyArray<number>, attrs: Attributes) => tf.Tensor
  readonly ofFilter: (x: tf.Tensor, dy: tf.Tensor, shape: ReadonlyArray<number>, attrs: Attributes) => tf.Tensor
}

const family = (...names: Family["names"]): Family => ({
  names,
  // The cotangents take no dilations where they know none; the convolution wants them said.
  forward: (x, filter, attrs) =>
    runKernel(names[0], { x, filter }, { ...attrs, dilations: dilationsOf(attrs, x.rank - 2) }),
  ofInput: (dy, filter, shape, attrs) => runKernel(names[1], { dy, filter }, { ...attrs, inputShape: [...shape] }),
  ofFilter: (x, dy, shape, attrs) => runKernel(names[2], { x, dy }, { ...attrs, filterShape: [...shape] })
})

/** Of the attributes of any of the three, those that all have. */
const common = ({ inputShape: _, filterShape: __, ...attrs }: Attributes): Attributes => attrs

const dilationsOf = ({ dilations }: Attributes, rank: number): ReadonlyArray<number> =>
  Array.isArray(dilations) ? dilations.slice(-rank) : new Array<number>(rank).fill(Number(dilations ?? 1))

/** Of the convolution itself: the cotangents see a filter that is not dilated any more. */
const convolution = ({ names, ofInput, ofFilter }: Family): Rule => ({
  kernel: names[0],
  saves: ["x", "filter"],
  pullBack: (dy, [x, filter], attrs) => {
    const steps = dilationsOf(attrs, x!.rank - 2)
    const plain = { ...attrs, dilations: steps.map(() => 1) }
    const wide = filter!.shape.map((extent, axis) => (extent - 1) * (steps[axis] ?? 1) + 1)
    const spread = (): tf.Tensor => steps.reduce((part, step, axis) => dilate(part, axis, step), filter!)
    return {
      x: () => ofInput(dy, spread(), x!.shape, plain),
      filter: () => steps.reduce((part, step, axis) => undilate(part, axis, step), ofFilter(x!, dy, wide, plain))
    }
  }
})

const cotangentOfInput = ({ names, forward, ofFilter }: Family): Rule => ({
  kernel: names[1],
  saves: ["dy", "filter"],
  pullBack: (ddx, [dy, filter], attrs) => ({
    dy: () => forward(ddx, filter!, common(attrs)),
    filter: () => ofFilter(ddx, dy!, filter!.shape, common(attrs))
  })
})

const cotangentOfFilter = ({ names, forward, ofInput }: Family): Rule => ({
  kernel: names[2],
  saves: ["x", "dy"],
  pullBack: (ddw, [x, dy], attrs) => ({
    x: () => ofInput(dy!, ddw, x!.shape, common(attrs)),
    dy: () => forward(x!, ddw, common(attrs))
  })
})

const FAMILIES = [
  family("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"),
  family("Conv3D", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2"),
  family("DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter")
]

export const CONVOLUTION: ReadonlyArray<Rule> = FAMILIES.flatMap((of) => [
  convolution(of),
  cotangentOfInput(of),
  cotangentOfFilter(of)
])
