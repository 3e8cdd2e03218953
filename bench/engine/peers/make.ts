/** GNU make. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { FindPeer } from "../Peer.ts"
import { outputOf, shellBody, shellProject, sourceOf } from "../shell-tasks.ts"

export const findMake: FindPeer = (tools) => {
  const program = tools.find("make")
  if (program === undefined) return undefined
  return [
    {
      name: "make",
      version: tools.firstLine(program, ["--version"]).replace(/^\D*/u, ""),
      write: (folder, nodes) => {
        const rules = nodes.map((node, index) => {
          const inputs = [sourceOf(index), ...node.parents.map(outputOf)].join(" ")
          return `${outputOf(index)}: ${inputs}\n\t${shellBody(node, index).replaceAll("$", "$$$$")}\n`
        })
        const all = `all: ${nodes.map((_, index) => outputOf(index)).join(" ")}\n.PHONY: all\n`
        writeFileSync(join(folder, "Makefile"), `${all}${rules.join("")}`)
        return {
          ...shellProject(folder, nodes),
          run: { program, args: ["-j2", "--silent"] },
          plan: { program, args: ["--dry-run"] }
        }
      }
    }
  ]
}
