/** The entry point of worker processes. */
import "../core/run/worker-process.ts"
