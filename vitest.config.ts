import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Builds the command once: the end-to-end tests start it from several processes.
    globalSetup: ["tests/e2e/build-once.ts"],
    // Many tests wait for processes: two go on beside each other also where one core would be left for them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 120_000,
    hookTimeout: 120_000
  }
})
