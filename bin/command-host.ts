/** The entry point of the process that starts commands. */
import "../core/run/command-host.ts"
