/** What lies in a folder of objects. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import type { Digest } from "./Digest.ts"
import { namesIn } from "./list-folder.ts"

/** Digests of all objects, in order; names that are none belong to files that were being written. Throws what the disk throws. */
export const listObjects = (folder: string): ReadonlyArray<Digest> =>
  namesIn(folder)
    .toSorted()
    .flatMap((start) =>
      /^[0-9a-f]{2}$/u.test(start)
        ? readdirSync(join(folder, start))
            .filter((rest) => /^[0-9a-f]{62}$/u.test(rest))
            .sort()
            .map((rest) => `${start}${rest}` as Digest)
        : []
    )
