/** Whether the disk says that there is no such file or folder. */
export const isMissing = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "ENOENT"

/** For what may go while it is looked for: a file that has gone is none, whatever else is wrong is thrown. */
export const unlessMissing = (cause: unknown): undefined => {
  if (!isMissing(cause)) throw cause
}
