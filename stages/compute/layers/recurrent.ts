/** Layers that go along a sequence: count × time × features. */
import tf from "@tensorflow/tfjs"
import { constant, glorotUniform } from "../initialise.ts"
import { type Parameters, parameterOf, type Values } from "../Parameters.ts"

/** Weights of the input and of the state for so many gates side by side, and a bias of zeros. */
const initialGates = (seed: number, name: string, features: number, units: number, gates: number): Values => ({
  [`${name}/input`]: glorotUniform(seed, `${name}/input`, [features, gates * units], features, units),
  [`${name}/state`]: glorotUniform(seed, `${name}/state`, [units, gates * units], units, units),
  [`${name}/bias`]: constant([gates * units], 0)
})

export const initialLstm = (seed: number, name: string, features: number, units: number): Values =>
  initialGates(seed, name, features, units, 4)

export const initialGru = (seed: number, name: string, features: number, units: number): Values =>
  initialGates(seed, name, features, units, 3)

/** Long short-term memory, states of all times: Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000). */
export const lstm = (parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor => {
  const { input, state, bias, units } = gatesOf(parameters, name)
  let cell: tf.Tensor = tf.zeros([x.shape[0]!, units])
  return scan(x, units, (now, hidden) => {
    const gates = tf.add(tf.add(tf.matMul(now, input), tf.matMul(hidden, state)), bias)
    const [enter, forget, candidate, leave] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    cell = tf.add(tf.mul(tf.sigmoid(forget), cell), tf.mul(tf.sigmoid(enter), tf.tanh(candidate)))
    return tf.mul(tf.sigmoid(leave), tf.tanh(cell))
  })
}

/** Gated recurrent unit, states of all times: Cho et al., EMNLP 2014, section 2.3. */
export const gru = (parameters: Parameters, name: string, x: tf.Tensor): tf.Tensor => {
  const { input, state, bias, units } = gatesOf(parameters, name)
  const [forGates, forCandidate] = tf.split(state, [2 * units, units], 1) as [tf.Tensor2D, tf.Tensor2D]
  return scan(x, units, (now, hidden) => {
    const [ofGates, ofCandidate] = tf.split(tf.add(tf.matMul(now, input), bias), [2 * units, units], 1) as [
      tf.Tensor,
      tf.Tensor
    ]
    const gates = tf.sigmoid(tf.add(ofGates, tf.matMul(hidden, forGates)))
    const [reset, update] = tf.split(gates, 2, 1) as [tf.Tensor, tf.Tensor]
    const candidate = tf.tanh(tf.add(ofCandidate, tf.matMul(tf.mul(reset, hidden) as tf.Tensor2D, forCandidate)))
    return tf.add(tf.mul(update, hidden), tf.mul(tf.sub(1, update), candidate))
  })
}

const gatesOf = (parameters: Parameters, name: string) => {
  const state = parameterOf(parameters, `${name}/state`) as tf.Tensor2D
  const input = parameterOf(parameters, `${name}/input`) as tf.Tensor2D
  return { input, state, bias: parameterOf(parameters, `${name}/bias`), units: state.shape[0] }
}

/** The states at all times, the first made from zeros. */
const scan = (x: tf.Tensor, units: number, step: (now: tf.Tensor2D, hidden: tf.Tensor2D) => tf.Tensor): tf.Tensor => {
  let hidden: tf.Tensor = tf.zeros([x.shape[0]!, units])
  const states = tf.unstack(x, 1).map((now) => {
    hidden = step(now as tf.Tensor2D, hidden as tf.Tensor2D)
    return hidden
  })
  return tf.stack(states, 1)
}
