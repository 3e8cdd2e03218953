/** `pipeline call` on files of another program's making: see tests/fixtures/ntk/make.py. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Result } from "effect"
import { assert, describe, it } from "vitest"
import { decodeNpy } from "../../core/codec/npy.ts"
import { makeProject } from "./project.ts"

const FIXTURES = fileURLToPath(new URL("../fixtures/ntk/", import.meta.url))

const elements = (file: string): ReadonlyArray<number> =>
  Array.from(Result.getOrThrow(decodeNpy(readFileSync(file))).data)

const assertClose = (file: string, fixture: string, tolerance: number): void => {
  const [found, expected] = [elements(file), elements(join(FIXTURES, fixture))]
  assert.strictEqual(found.length, expected.length)
  for (const [index, value] of expected.entries()) assert.closeTo(found[index] ?? Number.NaN, value, tolerance)
}

const input = (port: string, file: string): ReadonlyArray<string> => ["--input", `${port}=${join(FIXTURES, file)}`]

describe("pipeline call on NumPy's files", () => {
  it.each(["points.npy", "points.json"])("gives the analytic kernel of %s to 1e-10", (points) => {
    const project = makeProject({})
    const { status, stderr } = project.run(
      ...["call", "ntk/analytic", "--with", '{ "depth": 4, "beta": 0.1 }', "--out", "out"],
      ...[...input("points", points), ...input("others", "others.npy")]
    )
    assert.strictEqual(status, 0, stderr)
    assertClose(join(project.folder, "out/kernel.npy"), "kernel.npy", 1e-10)
    assertClose(join(project.folder, "out/covariance.npy"), "covariance.npy", 1e-10)
  })

  it.each(["network.npz", "network.json"])("gives the tangent kernel of %s to 1e-8", (network) => {
    const project = makeProject({})
    const { status, stderr } = project.run(
      ...["call", "ntk/empirical", "--with", '{ "beta": 0.1 }', "--out", "out"],
      ...[...input("points", "points.npy"), ...input("model", network)]
    )
    assert.strictEqual(status, 0, stderr)
    assertClose(join(project.folder, "out/kernel.npy"), "empirical.npy", 1e-8)
  })
})
