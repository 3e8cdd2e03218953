/** On what kind of file system a path lies. */
import { readFileSync, realpathSync } from "node:fs"

export interface Mount {
  /** As the kernel names it: `ext4`, `nfs4`, `fuse.sshfs`. */
  readonly type: string
  readonly at: string
}

/** The mount that a path lies on; `undefined` where the system does not tell. The path must exist. */
export const mountOf = (path: string): Mount | undefined => {
  try {
    return findMount(realpathSync(path), readFileSync("/proc/self/mountinfo", "utf8"))
  } catch {
    return undefined
  }
}

/** The same, from the text in which Linux lists mounts: of those above the path the deepest, of two at one place the later. */
export const findMount = (path: string, mountinfo: string): Mount | undefined => {
  let found: Mount | undefined
  for (const line of mountinfo.split("\n")) {
    const at = unescaped(line.split(" ")[4] ?? "")
    const type = line.split(" - ")[1]?.split(" ")[0]
    const isAbove = path === at || path.startsWith(at.endsWith("/") ? at : `${at}/`)
    if (type !== undefined && at !== "" && isAbove && at.length >= (found?.at.length ?? 0)) found = { type, at }
  }
  return found
}

/** Blanks and the like are written in octal. */
const unescaped = (text: string): string =>
  text.replace(/\\(\d{3})/gu, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Whether other machines may have the same files open, where locks and SQLite cannot be relied on. */
export const isShared = (type: string): boolean =>
  /^(?:nfs\d?|cifs|smb\w*|9p|afs|ceph|lustre|gpfs|beegfs\w*|ocfs2|gfs2|glusterfs|virtiofs|fuse(?:\..*)?)$/u.test(type)

/** Whether what is written is gone when the machine is. */
export const isInMemory = (type: string): boolean => type === "tmpfs" || type === "ramfs"
