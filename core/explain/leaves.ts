/** The values in a map of parameters by their paths, `network.depth`: what is no map is one value, lists too. */
import { isRecord } from "../document/is-record.ts"
import type { JsonMap } from "../plan/Plan.ts"
import type { Json } from "../stage/ArtifactKind.ts"

export const leaves = (map: JsonMap, path = ""): ReadonlyArray<readonly [path: string, value: Json]> =>
  Object.entries(map).flatMap(
    ([key, value]): ReturnType<typeof leaves> =>
      isRecord(value) ? leaves(value, `${path}${key}.`) : [[`${path}${key}`, value]]
  )
