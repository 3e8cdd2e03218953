/** The entry point of the process that looks whether a backend can be opened. */
import "../core/compute/probe-process.ts"
