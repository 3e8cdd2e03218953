import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import manifest from "./package.json" with { type: "json" }

/** What stages import of this package, also where they lie in a folder outside of it. */
const OWN = Object.entries(manifest.exports)
  .filter(([, path]) => path.endsWith(".ts"))
  .map(([name, path]) => ({
    find: new RegExp(`^athanor${name.slice(1)}$`, "u"),
    replacement: fileURLToPath(new URL(path, import.meta.url))
  }))

export default defineConfig({
  resolve: { alias: OWN },
  test: {
    include: ["tests/**/*.test.ts"],
    // Builds the command once: the end-to-end tests start it from several processes.
    globalSetup: ["tests/e2e/build-once.ts"],
    // Many tests wait for processes: three go on beside each other also where there are two cores.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})
