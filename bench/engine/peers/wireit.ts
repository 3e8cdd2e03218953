/** wireit: npm scripts that know their files. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { FindPeer } from "../Peer.ts"
import { outputOf, shellBody, shellProject, sourceOf } from "../shell-tasks.ts"

export const findWireit: FindPeer = (tools) => {
  const [npm, wireit] = ["npm", "wireit"].map(tools.find)
  if (npm === undefined || wireit === undefined) return undefined
  return [
    {
      name: "wireit",
      version: tools.versionOf(wireit),
      write: (folder, nodes) => {
        const names = nodes.map((_, index) => `n${index}`)
        const wireits = nodes.map((node, index) => [
          `n${index}`,
          {
            command: shellBody(node, index),
            files: [sourceOf(index)],
            output: [outputOf(index)],
            dependencies: node.parents.map((parent) => `n${parent}`)
          }
        ])
        const manifest = {
          scripts: Object.fromEntries([...names, "all"].map((name) => [name, "wireit"])),
          wireit: { all: { dependencies: names }, ...Object.fromEntries(wireits) }
        }
        writeFileSync(join(folder, "package.json"), JSON.stringify(manifest))
        const env = { PATH: tools.path, WIREIT_PARALLEL: "2", WIREIT_LOGGER: "quiet" }
        return { ...shellProject(folder, nodes), run: { program: npm, args: ["run", "--silent", "all"], env } }
      }
    }
  ]
}
