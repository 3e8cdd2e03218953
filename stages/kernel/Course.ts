/** Ways in which training with a kernel goes on, by its eigenvalues. */
import { exp } from "../math/special/Elementary.ts"
import { powerAndSum } from "../math/special/WholePower.ts"

/** What training does to the components of the error, as functions of an eigenvalue λ of K/N. */
export interface Course {
  /** The share of a component that is still to be learned. */
  readonly left: (eigenvalue: number) => number
  /** K⁻¹ times the share that is learned: what test points have of it. */
  readonly gain: (eigenvalue: number) => number
}

/** The flow df/dt = −K (f − f*) / N up to a finite time: e^(−tλ) and (1 − e^(−tλ)) / (Nλ), t/N where λ vanishes. */
export const flow = (time: number, n: number): Course => ({
  left: (eigenvalue) => exp(-time * eigenvalue),
  gain: (eigenvalue) => {
    const x = time * eigenvalue
    // Below this the difference loses more digits than the series.
    if (Math.abs(x) < 1e-5) return ((1 - x / 2 + (x * x) / 6) * time) / n
    return (1 - exp(-x)) / (n * eigenvalue)
  }
})

/** Gradient descent at rate 1, a whole number of steps: (1 − λ)ᵗ and Σ (1 − λ)ᵏ / N over k < t, t/N where λ vanishes. */
export const descent = (steps: number, n: number): Course => ({
  left: (eigenvalue) => powerAndSum(1 - eigenvalue, steps).power,
  gain: (eigenvalue) => powerAndSum(1 - eigenvalue, steps).sum / n
})

/**
 * The limit of the flow at infinite time, for a positive semidefinite kernel: everything is learned along the eigenvectors that K does not
 * take to 0, and nothing along the others, at any time.
 *
 * Test points have no part in these: where the kernel of training and test points together is positive semidefinite, K(x, X) v = 0 for
 * each v with K v = 0. So the gain is 0 there, and K(x, X) meets the pseudo-inverse of K. Eigenvalues up to `cutoff` count as 0.
 */
export const settled = (cutoff: number, n: number): Course => ({
  left: (eigenvalue) => (eigenvalue > cutoff ? 0 : 1),
  gain: (eigenvalue) => (eigenvalue > cutoff ? 1 / (n * eigenvalue) : 0)
})
