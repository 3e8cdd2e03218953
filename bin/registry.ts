/** The stage types that come with Athanor: name and source file. A test holds this list to the folder. */
const NAMES = [
  "classifier/agreement",
  "classifier/compare",
  "classifier/evaluate",
  "classifier/train",
  "convex/admm",
  "convex/attack",
  "convex/augmented-lagrangian",
  "convex/block-admm",
  "convex/descent",
  "convex/gated",
  "convex/interior-point",
  "convex/landscape",
  "convex/methods",
  "convex/patterns",
  "convex/robust",
  "convex/robust-curves",
  "convex/sampled",
  "data/circle",
  "data/gaussian",
  "data/idx-images",
  "data/labels",
  "data/mnist",
  "data/pair",
  "data/product",
  "data/split",
  "kernel/eigenfunction",
  "kernel/gp",
  "kernel/ode",
  "kernel/pca",
  "ntk/analytic",
  "ntk/compare",
  "ntk/convergence",
  "ntk/distribution",
  "ntk/empirical",
  "ntk/train"
] as const

/** Built-in stage types, by name, as absolute paths of their sources in the package. */
export const registry = (root: string): ReadonlyMap<string, string> =>
  new Map(NAMES.map((name) => [name, `${root}/stages/${name}.ts`]))
