/** Functions of tensors whose derivatives are checked on every backend: small, for software adapters are slow. */
import type { Case } from "./cases/Case.ts"
import { CONVOLUTIONS } from "./cases/convolutions.ts"
import { ELEMENTWISE } from "./cases/elementwise.ts"
import { INDEXING } from "./cases/indexing.ts"
import { INNER_DERIVATIVES } from "./cases/inner-derivatives.ts"
import { NETWORKS } from "./cases/networks.ts"
import { NORMALISATIONS } from "./cases/normalisations.ts"
import { POOLS } from "./cases/pools.ts"
import { PRODUCTS } from "./cases/products.ts"
import { REDUCTIONS } from "./cases/reductions.ts"

export const CASES: ReadonlyArray<Case> = [
  ...ELEMENTWISE,
  ...REDUCTIONS,
  ...PRODUCTS,
  ...CONVOLUTIONS,
  ...POOLS,
  ...NORMALISATIONS,
  ...INDEXING,
  ...NETWORKS,
  ...INNER_DERIVATIVES
]
