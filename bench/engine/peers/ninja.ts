/** ninja: as it is, and with `restat`, which stops where a body left its file alone. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { FindPeer, Peer } from "../Peer.ts"
import { outputOf, shellBody, shellProject, sourceOf } from "../shell-tasks.ts"

export const findNinja: FindPeer = (tools) => {
  const program = tools.find("ninja")
  if (program === undefined) return undefined
  const version = tools.firstLine(program, ["--version"])
  const peer = (name: string, restat: boolean): Peer => ({
    name,
    version,
    write: (folder, nodes) => {
      const builds = nodes.map((node, index) => {
        const inputs = [sourceOf(index), ...node.parents.map(outputOf)].join(" ")
        const body = shellBody(node, index, restat).replaceAll("$", "$$$$")
        return `build ${outputOf(index)}: body ${inputs}\n  body = ${body}\n`
      })
      const rule = `rule body\n  command = $body\n${restat ? "  restat = 1\n" : ""}`
      writeFileSync(join(folder, "build.ninja"), `${rule}${builds.join("")}`)
      return {
        ...shellProject(folder, nodes),
        run: { program, args: ["-j2", "--quiet"] },
        plan: { program, args: ["-n"] }
      }
    }
  })
  return [peer("ninja", false), peer("ninja, restat", true)]
}
