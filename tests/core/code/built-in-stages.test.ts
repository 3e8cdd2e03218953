import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { registry } from "../../../bin/registry.ts"
import { build } from "../../../core/code/build-code.ts"
import { importsPackages } from "../../../core/code/imports-packages.ts"
import { CONTRACT } from "./stage-project.ts"

const ROOT = fileURLToPath(new URL("../../..", import.meta.url)).replace(/[/\\]$/u, "")

describe("a stage type that comes with Athanor", () => {
  it.effect.each([...registry(ROOT)])("keeps to the rules, and runs nothing on import: %s", ([, file]) =>
    Effect.gen(function* () {
      const { code, parts } = yield* build(file, CONTRACT)
      // No name is observed, so that none counts.
      assert.notInclude(code, "__name(")
      const names = Object.keys(parts.declarations)
      assert.include(names, "default export")
      assert.deepStrictEqual(
        names.filter((name) => name.startsWith("statement")),
        []
      )
      const packages = Object.keys(parts.packages)
      assert.isTrue(packages.some((name) => name.startsWith("effect@")))
      // Those that import others run in processes of their own, without helpers.
      assert.strictEqual(
        importsPackages(code),
        packages.some((name) => !name.startsWith("effect@"))
      )
    })
  )
})
