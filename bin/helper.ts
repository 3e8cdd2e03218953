/** The entry point of helper threads. */
import "../core/run/helper.ts"
