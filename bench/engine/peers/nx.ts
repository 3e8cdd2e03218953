/** Nx: every task a target of one project, without its daemon, whose work would not be counted. */
import { symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { FindPeer } from "../Peer.ts"
import { outputOf, shellBody, shellProject, sourceOf } from "../shell-tasks.ts"

export const findNx: FindPeer = (tools) => {
  const program = tools.find("nx")
  if (program === undefined) return undefined
  return [
    {
      name: "nx",
      version: tools.versionOf(program),
      write: (folder, nodes) => {
        // It must be a package of the workspace.
        symlinkSync(dirname(dirname(program)), join(folder, "node_modules"))
        const targets = nodes.map((node, index) => [
          `n${index}`,
          {
            executor: "nx:run-commands",
            options: { command: shellBody(node, index) },
            dependsOn: node.parents.map((parent) => `n${parent}`),
            inputs: [`{projectRoot}/${sourceOf(index)}`, { dependentTasksOutputFiles: "**/*" }],
            outputs: [`{projectRoot}/${outputOf(index)}`],
            cache: true
          }
        ])
        const all = { executor: "nx:noop", dependsOn: nodes.map((_, index) => `n${index}`) }
        const write = (file: string, value: unknown) => writeFileSync(join(folder, file), JSON.stringify(value))
        write("package.json", { name: "bench", version: "0.0.0" })
        write("nx.json", {})
        write("project.json", { name: "bench", targets: { ...Object.fromEntries(targets), all } })
        const env = { PATH: tools.path, NX_DAEMON: "false", NX_TUI: "false", NX_NO_CLOUD: "true", CI: "true" }
        const args = ["run", "bench:all", "--parallel=2", "--outputStyle=static"]
        return {
          ...shellProject(folder, nodes),
          run: { program, args, env },
          plan: { program, args: [...args, "--graph=plan.json"], env }
        }
      }
    }
  ]
}
