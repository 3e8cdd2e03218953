/** Imported as `athanor/compute`: tensors with right gradients on the backend of the attempt, and training that can go on. */
export { default as tf } from "@tensorflow/tfjs"
export { BackendUnavailable } from "./BackendUnavailable.ts"
export { clipByNorm } from "./clip.ts"
export { type Complex, fourier, inverseFourier } from "./fourier.ts"
export { NoDerivative } from "./gradients/NoDerivative.ts"
export { constant, glorotUniform, heNormal } from "./initialise.ts"
export { attention } from "./layers/attention.ts"
export { type ConvolutionOptions, convolution, initialConvolution } from "./layers/convolution.ts"
export { dense, initialDense } from "./layers/dense.ts"
export { type DropoutDraw, dropout } from "./layers/dropout.ts"
export { batchNorm, initialNormalisation, layerNorm } from "./layers/normalisation.ts"
export { averagePool, flatten, maxPool } from "./layers/pool.ts"
export { gru, initialGru, initialLstm, lstm } from "./layers/recurrent.ts"
export { accuracy, crossEntropy, meanSquaredError } from "./losses.ts"
export { labels, minibatches, rows } from "./minibatches.ts"
export {
  type AdamOptions,
  adam,
  gradientDescent,
  type Moment,
  momentum,
  type Optimiser,
  type Updated
} from "./Optimiser.ts"
export { dispose, download, type Parameters, parameterOf, upload, type Values, valuesOf } from "./Parameters.ts"
export { predict } from "./predict.ts"
export { cosine, fixed, type Schedule, stepwise, warmUp } from "./schedule.ts"
export { session } from "./session.ts"
export { TensorLeak } from "./TensorLeak.ts"
export { Diverged, type Judgement, type Snapshot, type Training } from "./Training.ts"
export { type Resumption, train } from "./train.ts"
