import { afterAll, assert, it } from "vitest"
import { HelperThreads } from "../../../../core/run/HelperThreads.ts"
import { ALONE, type Team } from "../../../../core/stage/Team.ts"
import * as Cholesky from "../../../../stages/math/linear/Cholesky.ts"
import * as Ldlt from "../../../../stages/math/linear/Ldlt.ts"
import * as Lu from "../../../../stages/math/linear/Lu.ts"
import * as PivotedQr from "../../../../stages/math/linear/PivotedQr.ts"
import * as Qr from "../../../../stages/math/linear/Qr.ts"
import { Workspace } from "../../../../stages/math/linear/Workspace.ts"
import { HELPER } from "../../../core/run/stage-bundles.ts"
import { definite, digest, random } from "./matrices.ts"

const threads = new HelperThreads(HELPER)
afterAll(() => threads.end())

const N = 330
const [GENERAL, DEFINITE] = [random(N, N, "team"), definite(N, "team")]

/** Digest of all factors that a workspace of the team computes. */
const factors = (team: Team): string => {
  const space = new Workspace("f64", { team })
  const matrix = (values: Float64Array) => {
    const made = space.matrix(N, N)
    made.set(values)
    return made
  }
  const results = [matrix(DEFINITE), ...Array.from({ length: 4 }, () => matrix(GENERAL))] as const
  const pivots = space.matrix(1, N)
  Cholesky.factorInPlace(space, results[0])
  Lu.factorInPlace(space, results[1]!, pivots)
  Ldlt.factorInPlace(space, results[2]!)
  const q = space.matrix(N, N)
  Qr.formQ(space, Qr.factorInPlace(space, results[3]!), q)
  PivotedQr.factorInPlace(space, results[4]!)
  return digest(...[...results, pivots, q].map((result) => result.toFloat64()))
}

it("factors have the bits of one thread, whatever the number of helpers", () => {
  const expected = factors(ALONE)
  for (const helpers of [1, 3]) {
    const loan = threads.lend(helpers)
    assert.strictEqual(factors(loan.team), expected)
    loan.takeBack()
  }
})
