/** The entry point of worker threads. */
import "../core/run/worker.ts"
