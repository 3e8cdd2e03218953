/** The one `effect` of the program: what stages import is what the framework runs. */
export * from "effect"
