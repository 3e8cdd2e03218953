/**
 * The order of the tape on which TensorFlow.js records what is to be differentiated.
 *
 * A rule that uses the result y of its operation, as tanh′ = 1 − y², is given a copy of y. As shipped, the copy is recorded before the
 * operation that makes y. The tape is then no topological order: no derivative flows back through the copy, and second derivatives are
 * silently wrong, of tanh, exp, softmax and all others of the kind. Here an operation is put before whatever reads its results.
 */
import tf from "@tensorflow/tfjs"
import { NoDerivative } from "./NoDerivative.ts"

interface TapeNode {
  readonly inputs: { readonly [name: string]: tf.Tensor }
  readonly outputs: ReadonlyArray<tf.Tensor>
  readonly saved: ReadonlyArray<tf.Tensor>
  gradient?: (dys: ReadonlyArray<tf.Tensor>) => unknown
}

/** What the engine has and does not declare. */
interface TapeEngine {
  readonly state: { readonly activeTape: Array<TapeNode>; readonly gradientDepth: number }
  addTapeNode: AddTapeNode
}

type AddTapeNode = (
  kernelName: string,
  inputs: TapeNode["inputs"],
  outputs: TapeNode["outputs"],
  custom: unknown,
  saved: TapeNode["saved"],
  attrs: unknown
) => void

/** Keeps the tape of this process in order from now on; to call it again changes nothing. */
export const orderTape = (): void => {
  // `addTapeNode` is private: no narrower type would do.
  const engine = tf.engine() as unknown as TapeEngine
  const shipped: AddTapeNode = Object.getPrototypeOf(engine).addTapeNode
  engine.addTapeNode = (kernelName, inputs, outputs, custom, saved, attrs) => {
    shipped.call(engine, kernelName, inputs, outputs, custom, saved, attrs)
    const { activeTape } = engine.state
    const node = activeTape.pop()!
    // A rule with a name saves inputs and results only; a function of a stage or of TensorFlow.js may save anything.
    const isCustom = typeof custom === "function" && saved.length > 0
    if (node.gradient === undefined) refuse(kernelName, node)
    else if (isCustom && savesHidden(activeTape, node)) refuseSecond(engine, kernelName, node)
    activeTape.splice(placeOf(activeTape, node), 0, node)
  }
}

/** Before the copies of its results, which are among the last ones recorded, as many as were saved. */
const placeOf = (tape: ReadonlyArray<TapeNode>, { outputs, saved }: TapeNode): number => {
  const made = new Set(outputs.map(({ id }) => id))
  for (let place = Math.max(0, tape.length - saved.length); place < tape.length; place++) {
    if (Object.values(tape[place]!.inputs).some(({ id }) => made.has(id))) return place
  }
  return tape.length
}

/** Whether something was saved that is neither input nor result nor recorded: how it depends on the inputs is unknown. */
const savesHidden = (tape: ReadonlyArray<TapeNode>, node: TapeNode): boolean => {
  const known = new Set([...Object.values(node.inputs), ...node.outputs].map(({ id }) => id))
  const copies = new Set(node.saved.map(({ id }) => id))
  const sources = tape
    .slice(-node.saved.length)
    .filter(({ outputs }) => outputs.some(({ id }) => copies.has(id)))
    .flatMap(({ inputs }) => Object.values(inputs))
  const isRecorded = (id: number): boolean => tape.some(({ outputs }) => outputs.some((output) => output.id === id))
  return sources.some(({ id }) => !known.has(id) && !isRecorded(id))
}

const refuse = (operation: string, node: TapeNode): void => {
  node.gradient = () => {
    throw new NoDerivative({ operation, reason: "it has no rule" })
  }
}

/** The first derivative is right, that of it would not be. */
const refuseSecond = (engine: TapeEngine, operation: string, node: TapeNode): void => {
  const { gradient } = node
  node.gradient = (dys) => {
    if (engine.state.gradientDepth > 0) {
      throw new NoDerivative({
        operation,
        reason: "its rule is made from a value inside of it: it can be derived once only"
      })
    }
    return gradient?.(dys)
  }
}
