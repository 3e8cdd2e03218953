import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Builds the command once: the end-to-end tests start it from several processes.
    globalSetup: ["tests/e2e/build-once.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000
  }
})
