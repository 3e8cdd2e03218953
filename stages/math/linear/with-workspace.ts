/** Where functions of arrays compute: making a memory takes as long as a product of order 200, so that some are kept. */
import { Workspace } from "./Workspace.ts"

/** A memory that has grown beyond is not kept. */
const KEPT = 2 ** 26

/** As many as computations have ever stood inside of each other. */
const spare: Array<Workspace<"f64">> = []

/** What the body returns, which is none of the matrices that it allocated in the workspace. */
export const withWorkspace = <A>(body: (space: Workspace<"f64">) => A): A => {
  const space = spare.pop() ?? new Workspace("f64")
  try {
    return space.temporary(() => body(space))
  } finally {
    if (space.buffer.byteLength <= KEPT) spare.push(space)
  }
}
