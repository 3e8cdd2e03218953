/**
 * Functions that WGSL promises few digits of: sine and cosine to 2⁻¹¹, and no log(1 + x).
 *
 * Angles are reduced by π / 2 in three parts, good up to |x| = 8192; polynomials: S. Moshier, Cephes 2.8, sinf.c.
 */
import tf from "@tensorflow/tfjs"
import webgpuBackend, { type WebGPUBackend, type WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu"
import type { Kernel } from "../kernels/replace-kernel.ts"

const ANGLES = `
  fn sinOf(r: f32) -> f32 {
    let z = r * r;
    return ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + r;
  }
  fn cosOf(r: f32) -> f32 {
    let z = r * r;
    return ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
  }
  fn turned(x: f32, quarters: i32) -> f32 {
    let n = round(x * 0.63661977236758134);
    let r = ((x - n * 1.5703125) - n * 4.837512969970703e-4) - n * 7.549789954891882e-8;
    let k = i32(n) + quarters;
    let s = select(sinOf(r), cosOf(r), (k & 1) == 1);
    return select(s, -s, (k & 2) == 2);
  }
`

const SOFTPLUS = `
  fn valueAt(x: f32) -> f32 {
    let u = exp(-abs(x));
    let series = u * (1.0 - u * (0.5 - u * (0.33333333333 - u * 0.25)));
    return max(x, 0.0) + select(log(1.0 + u), series, u < 0.01);
  }
`

const SOURCES: { readonly [name: string]: string } = {
  Sin: `${ANGLES} fn valueAt(x: f32) -> f32 { return turned(x, 0); }`,
  Cos: `${ANGLES} fn valueAt(x: f32) -> f32 { return turned(x, 1); }`,
  Tan: `${ANGLES} fn valueAt(x: f32) -> f32 { return turned(x, 0) / turned(x, 1); }`,
  Softplus: SOFTPLUS
}

const WORKGROUP: [number, number, number] = [128, 1, 1]

const programOf = (name: string, shape: ReadonlyArray<number>): WebGPUProgram => {
  const { computeDispatch, flatDispatchLayout } = webgpuBackend.webgpu_util
  const outputShape = [...shape]
  const dispatchLayout = flatDispatchLayout(outputShape)
  return {
    variableNames: ["A"],
    size: true,
    outputShape,
    dispatchLayout,
    dispatch: computeDispatch(dispatchLayout, outputShape, WORKGROUP),
    workgroupSize: WORKGROUP,
    shaderKey: `athanor ${name}`,
    getUserCode: () => `${SOURCES[name]}
      fn main(index: i32) {
        if (index < uniforms.size) { setOutputAtIndex(index, valueAt(getAByOutputIndex(index))); }
      }`
  }
}

export const FUNCTIONS: ReadonlyArray<readonly [name: string, make: (shipped: Kernel) => Kernel]> = Object.keys(
  SOURCES
).map((name) => [
  name,
  (shipped) => (inputs, attrs) => {
    const x = inputs["x"]!
    if (x.dtype !== "float32") return shipped(inputs, attrs)
    return (tf.backend() as WebGPUBackend).runWebGPUProgram(programOf(name, x.shape), [x], "float32")
  }
])
