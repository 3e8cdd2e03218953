/** The setting, and its values; the first counts where it has none. */
export const VERIFICATION = { variable: "PIPELINE_VERIFY", words: ["read", "always"] } as const

/**
 * What is compared before a stored result counts. Its size always; its content when it is opened, handed to a command or
 * copied out, and with `PIPELINE_VERIFY=always` also before it is reused, which reads all of it.
 */
export const verifiesAlways = process.env[VERIFICATION.variable] === "always"
