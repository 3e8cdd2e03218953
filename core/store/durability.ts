/** Whether what is written has to outlive the machine, not only this process. */
import { isGuarded } from "../fault/hooks.ts"

/**
 * On, unless somebody says `PIPELINE_DURABILITY=off`: a power failure may then cost results, and leave some that are damaged,
 * which reading finds. `run` warns of it, and its journal says so.
 */
export const isDurable = process.env["PIPELINE_DURABILITY"] !== "off"

/** Whether files and folders are to be synced. */
export const mustSync = (): boolean => isDurable && isGuarded("sync")
