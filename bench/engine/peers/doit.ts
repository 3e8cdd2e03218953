/** doit, with its default database. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { FindPeer } from "../Peer.ts"
import { outputOf, shellBody, shellProject, sourceOf } from "../shell-tasks.ts"

const DODO = `import json

with open("graph.json") as file:
    TASKS = json.load(file)


def task_n():
    for name, task in enumerate(TASKS):
        yield {"name": str(name), **task}
`

export const findDoit: FindPeer = (tools) => {
  const program = tools.find("doit")
  if (program === undefined) return undefined
  return [
    {
      name: "doit",
      version: tools.firstLine(program, ["--version"]),
      write: (folder, nodes) => {
        const tasks = nodes.map((node, index) => ({
          actions: [shellBody(node, index).replaceAll("%", "%%")],
          file_dep: [sourceOf(index), ...node.parents.map(outputOf)],
          targets: [outputOf(index)]
        }))
        writeFileSync(join(folder, "graph.json"), JSON.stringify(tasks))
        writeFileSync(join(folder, "dodo.py"), DODO)
        return {
          ...shellProject(folder, nodes),
          run: { program, args: ["-n", "2", "-P", "thread", "-v", "0"] },
          plan: { program, args: ["list", "--all", "--status"] }
        }
      }
    }
  ]
}
