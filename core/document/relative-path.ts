/** Paths that a pipeline file names: relative, with / between segments, and kept in their folder. */

/** Whether a path could lead out of its folder, on any system. */
export const leavesFolder = (path: string): boolean =>
  /^(?:[/\\~]|[A-Za-z]:)/u.test(path) || path.split(/[/\\]/u).includes("..") || path.includes("\0")

/** A relative path without empty and `.` segments. */
export const normalPath = (path: string): string =>
  path
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .join("/")
