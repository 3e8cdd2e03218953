/** A rule of differentiation: from the cotangent of an operation's result to those of its inputs. */
import type tf from "@tensorflow/tfjs"

/** Cotangents by the names of inputs, each computed when it is asked for. */
export type Cotangents = { readonly [input: string]: () => tf.Tensor }

export interface Rule {
  readonly kernel: string
  /** Inputs that the rule needs, `all` of those that come as a list. Results are not among them where inputs will do. */
  readonly saves?: ReadonlyArray<string> | "all"
  /** `dy` is the cotangent of the first result; further ones are whole numbers. */
  readonly pullBack: (dy: tf.Tensor, saved: ReadonlyArray<tf.Tensor>, attrs: Attributes) => Cotangents
}

/** Attributes of an operation, as TensorFlow.js hands them to its kernels. */
export type Attributes = { readonly [name: string]: unknown }
