/** The floor: a plain loop in one Node process. */
import { utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Node } from "../graph.ts"
import type { FindPeer } from "../Peer.ts"

const PROGRAM = fileURLToPath(new URL("least-work.js", import.meta.url))

export const findLoop: FindPeer = () => [
  {
    name: "plain loop",
    version: `Node ${process.versions.node}`,
    write: (folder, nodes) => {
      const file = join(folder, "graph.json")
      const write = (all: ReadonlyArray<Node>): void => writeFileSync(file, JSON.stringify(all))
      write(nodes)
      return {
        run: { program: process.execPath, args: [PROGRAM] },
        edit: write,
        touch: () => utimesSync(file, new Date(), new Date()),
        bodies: ({ stdout }) => Number(/"ran": (?<count>\d+)/u.exec(stdout)?.groups?.["count"])
      }
    }
  }
]
