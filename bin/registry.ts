/** The stage types that come with Athanor: name and source file. A test holds this list to the folder. */
const NAMES = [
  "classifier/agreement",
  "classifier/compare",
  "classifier/evaluate",
  "classifier/train",
  "data/circle",
  "data/gaussian",
  "data/idx-images",
  "data/mnist",
  "data/product",
  "data/split",
  "kernel/eigenfunction",
  "kernel/gp",
  "kernel/ode",
  "kernel/pca",
  "notears/climb",
  "notears/compare",
  "notears/dagma",
  "notears/evaluate",
  "notears/exact",
  "notears/golem",
  "notears/graph",
  "notears/nofears",
  "notears/notears",
  "notears/simulate",
  "notears/simulate-nonlinear",
  "notears/sort",
  "notears/topo",
  "notears/topo-general",
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
