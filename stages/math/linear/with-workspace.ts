/** Where functions of arrays compute: making a memory takes as long as a product of order 200, so that one is kept. */
import { Workspace } from "./Workspace.ts"

/** A memory that has grown beyond is not kept. */
const KEPT = 2 ** 26

let spare: Workspace<"f64"> | undefined

/** What the body returns, which is none of the matrices that it allocated in the workspace. */
export const withWorkspace = <A>(body: (space: Workspace<"f64">) => A): A => {
  const space = spare ?? new Workspace("f64")
  spare = undefined
  try {
    return space.temporary(() => body(space))
  } finally {
    if (space.bytes <= KEPT) spare = space
  }
}
