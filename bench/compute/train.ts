/**
 * Training steps on the wasm backend beside PyTorch's on one thread.
 *
 *   npx node bench/compute/train.ts
 *
 * Prints milliseconds of processor time a step, the best of several rounds in turns, and their ratio. Needs a Python with torch.
 */
import tf from "@tensorflow/tfjs"
import { Effect } from "effect"
import { openBackend } from "../../core/compute/open-backend.ts"
import * as Compute from "../../core/stage/Compute.ts"
import { convolution, initialConvolution } from "../../stages/compute/layers/convolution.ts"
import { dense, initialDense } from "../../stages/compute/layers/dense.ts"
import { flatten, maxPool } from "../../stages/compute/layers/pool.ts"
import { crossEntropy } from "../../stages/compute/losses.ts"
import { labels, minibatches, rows } from "../../stages/compute/minibatches.ts"
import { adam, momentum, type Optimiser } from "../../stages/compute/Optimiser.ts"
import type { Parameters, Values } from "../../stages/compute/Parameters.ts"
import { fixed } from "../../stages/compute/schedule.ts"
import { session } from "../../stages/compute/session.ts"
import { train } from "../../stages/compute/train.ts"
import { stream } from "../../stages/math/random/Philox.ts"
import { type Contender, compare, figure, line, ratio } from "./measure.ts"
import { Python } from "./peer.ts"

interface Network {
  readonly name: string
  readonly batch: number
  readonly shape: ReadonlyArray<number>
  readonly initial: Values
  readonly logits: (parameters: Parameters, x: tf.Tensor) => tf.Tensor
  /** The same in PyTorch. */
  readonly torch: string
}

const MLP: Network = {
  name: "MLP 784-512-512-10",
  batch: 128,
  shape: [784],
  initial: {
    ...initialDense(1, "first", 784, 512),
    ...initialDense(1, "second", 512, 512),
    ...initialDense(1, "out", 512, 10)
  },
  logits: (parameters, x) =>
    dense(parameters, "out", tf.relu(dense(parameters, "second", tf.relu(dense(parameters, "first", x))))),
  torch: "Linear(784, 512), ReLU(), Linear(512, 512), ReLU(), Linear(512, 10)"
}

const CNN: Network = {
  name: "CNN 16-32, 28×28",
  batch: 64,
  shape: [28, 28, 1],
  initial: {
    ...initialConvolution(1, "first", 3, 1, 16),
    ...initialConvolution(1, "second", 3, 16, 32),
    ...initialDense(1, "out", 7 * 7 * 32, 10)
  },
  logits: (parameters, x) => {
    const first = maxPool(tf.relu(convolution(parameters, "first", x)), 2)
    return dense(parameters, "out", flatten(maxPool(tf.relu(convolution(parameters, "second", first)), 2)))
  },
  torch:
    "Conv2d(1, 16, 3, padding=1), ReLU(), MaxPool2d(2), Conv2d(16, 32, 3, padding=1), ReLU(), MaxPool2d(2), Flatten(), Linear(1568, 10)"
}

const OPTIMISERS: ReadonlyArray<readonly [name: string, own: Optimiser, torch: string]> = [
  ["momentum", momentum(0.9), "SGD(net.parameters(), lr=1e-3, momentum=0.9)"],
  ["Adam", adam(), "Adam(net.parameters(), lr=1e-3)"]
]

const ROWS = 1024

/** Training steps inside of the session that is open. */
const ours = (name: string, network: Network, optimiser: Optimiser): Contender => {
  const size = network.shape.reduce((product, extent) => product * extent, 1)
  const images = { shape: [ROWS, ...network.shape], data: Float32Array.from(stream(1, "images").uniforms(ROWS * size)) }
  const digits = { shape: [ROWS], data: stream(1, "digits").integers(ROWS, 10) }
  const batch = minibatches(ROWS, network.batch, 1)
  const steps = (count: number) =>
    train({
      initial: network.initial,
      judge: (parameters, step) => {
        const numbers = batch(step)
        const logits = network.logits(parameters, rows(images, numbers)) as tf.Tensor2D
        return { loss: crossEntropy(logits, labels(digits, numbers)) }
      },
      optimiser,
      rate: fixed(1e-3),
      steps: count,
      every: 50
    })
  return {
    name,
    seconds: async (count) => {
      const before = process.cpuUsage()
      await Effect.runPromise(steps(count))
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1e6
    }
  }
}

const theirs = (python: Python, name: string, network: Network, optimiser: string): Contender => {
  const [height] = network.shape
  const shape = network.shape.length === 1 ? `${ROWS}, ${height}` : `${ROWS}, 1, ${height}, ${height}`
  const setup = `
import torch
from torch.nn import *
torch.set_num_threads(1)
torch.manual_seed(1)
net = Sequential(${network.torch})
loss = CrossEntropyLoss()
optimiser = torch.optim.${optimiser}
images, digits = torch.rand(${shape}), torch.randint(0, 10, (${ROWS},))
order = torch.randperm(${ROWS})
at = 0
def step():
    global at
    rows = order[at : at + ${network.batch}]
    at = (at + ${network.batch}) % ${ROWS}
    optimiser.zero_grad()
    loss(net(images[rows]), digits[rows]).backward()
    optimiser.step()
`
  return python.contender(name, setup, "step()")
}

const python = Python.open("torch")
const { opened } = await openBackend("wasm", [import.meta.filename])

const table = Effect.promise(async () => {
  console.log(line(["step, ms", "wasm", "PyTorch", "ratio"]))
  for (const network of [MLP, CNN]) {
    for (const [name, own, torch] of OPTIMISERS) {
      const contenders = [
        ours("wasm", network, own),
        ...(python === undefined ? [] : [theirs(python, "PyTorch", network, torch)])
      ]
      const seconds = await compare(contenders, { least: 1, rounds: 5 })
      const millis = (of: string): string => figure(seconds.has(of) ? 1000 * seconds.get(of)! : undefined)
      console.log(
        line([`${network.name}, ${name}`, millis("wasm"), millis("PyTorch"), figure(ratio(seconds, "PyTorch", "wasm"))])
      )
    }
  }
})

await Effect.runPromise(session(table).pipe(Effect.provideService(Compute.Current, opened)))
python?.close()
