/** Snakemake: one rule with a wildcard, whose inputs a function finds. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { FindPeer } from "../Peer.ts"
import { outputOf, shellBody, shellProject } from "../shell-tasks.ts"

const SNAKEFILE = `import json

with open("graph.json") as file:
    TASKS = json.load(file)

rule all:
    input: [f"o/{index}" for index in range(len(TASKS))]

rule n:
    input:
        source="s/{index}",
        parents=lambda wildcards: TASKS[int(wildcards.index)]["parents"]
    output: "o/{index}"
    params: body=lambda wildcards: TASKS[int(wildcards.index)]["body"]
    shell: "{params.body}"
`

export const findSnakemake: FindPeer = (tools) => {
  const program = tools.find("snakemake")
  if (program === undefined) return undefined
  return [
    {
      name: "snakemake",
      version: tools.firstLine(program, ["--version"]),
      write: (folder, nodes) => {
        const tasks = nodes.map((node, index) => ({
          body: shellBody(node, index),
          parents: node.parents.map(outputOf)
        }))
        writeFileSync(join(folder, "graph.json"), JSON.stringify(tasks))
        writeFileSync(join(folder, "Snakefile"), SNAKEFILE)
        const args = ["--cores", "2", "--quiet", "all"]
        return {
          ...shellProject(folder, nodes),
          run: { program, args },
          plan: { program, args: ["--dry-run", ...args] }
        }
      }
    }
  ]
}
