/** Whether what is written has to outlive the machine, not only this process. */
import { isGuarded } from "../fault/hooks.ts"

/** The setting, and its values; the first counts where it has none. */
export const DURABILITY = { variable: "PIPELINE_DURABILITY", words: ["on", "off"] } as const

/**
 * On, unless somebody says `PIPELINE_DURABILITY=off`: a power failure may then cost results, and leave some that are damaged,
 * which reading finds. `run` warns of it, and its journal says so. Threads, which see no environment, are told.
 */
export const isDurable = process.env[DURABILITY.variable] !== "off"

/** Whether files and folders are to be synced. */
export const mustSync = (): boolean => isDurable && isGuarded("sync")
