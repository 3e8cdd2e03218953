import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { build } from "../../../core/code/build-code.ts"
import { missingPackages, packagesOfBundle } from "../../../core/code/bundle-packages.ts"
import { CONTRACT, makeFolder, stageAround, writeFiles } from "./stage-project.ts"

const STAGE = stageAround('import { a } from "alpha"', '(n: number) => [a, n, import("beta/late"), \'from "words"\']')

const packageOf = (name: string, version: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, version }),
  [`node_modules/${name}/index.js`]: `export const a = "${name} ${version}"`
})

describe("packages of a stored bundle", () => {
  it.effect("are those that it was stored with, until others take their place", () =>
    Effect.gen(function* () {
      const folder = makeFolder({ "stage.ts": STAGE, ...packageOf("alpha", "1.0.0"), ...packageOf("beta", "1.0.0") })
      const file = join(folder, "stage.ts")
      const built = yield* build(file, CONTRACT)
      writeFiles(folder, { bundle: built.code })
      const place = { bundleFile: join(folder, "bundle"), file, contract: CONTRACT }
      const before = yield* packagesOfBundle(place)
      assert.deepStrictEqual(before, built.parts.packages)
      assert.deepStrictEqual(missingPackages(built.parts.packages, before), [])
      writeFiles(folder, packageOf("beta", "2.0.0"))
      assert.deepStrictEqual(missingPackages(before, yield* packagesOfBundle(place)), ["beta@1.0.0"])
      // What the stage type has become since does not matter.
      writeFiles(folder, { "stage.ts": "export default 1", ...packageOf("beta", "1.0.0") })
      assert.deepStrictEqual(yield* packagesOfBundle(place), before)
    })
  )
})
