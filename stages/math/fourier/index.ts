/** Imported as `athanor/math/fourier`: Fourier and cosine transforms of any length, and convolutions. */
export { convolve, convolveCyclic } from "./Convolution.ts"
export { CosineTransform } from "./CosineTransform.ts"
export { FourierTransform } from "./FourierTransform.ts"
export { rootsOfUnity } from "./roots-of-unity.ts"
