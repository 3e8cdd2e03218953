/** Turborepo: every task a script of one package. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { FindPeer } from "../Peer.ts"
import { outputOf, shellBody, shellProject, sourceOf } from "../shell-tasks.ts"

export const findTurbo: FindPeer = (tools) => {
  const program = tools.find("turbo")
  if (program === undefined) return undefined
  return [
    {
      name: "turbo",
      version: tools.versionOf(program),
      write: (folder, nodes) => {
        const scripts = nodes.map((node, index) => [`n${index}`, shellBody(node, index)])
        const tasks = nodes.map(({ parents }, index) => [
          `n${index}`,
          { dependsOn: parents.map((parent) => `n${parent}`), inputs: [sourceOf(index)], outputs: [outputOf(index)] }
        ])
        const write = (file: string, value: unknown) => writeFileSync(join(folder, file), JSON.stringify(value))
        const all = nodes.map((_, index) => `n${index}`)
        write("package.json", {
          name: "bench",
          version: "0.0.0",
          packageManager: "npm@10.9.0",
          scripts: { ...Object.fromEntries(scripts), all: ":" }
        })
        write("package-lock.json", { name: "bench", version: "0.0.0", lockfileVersion: 3, packages: {} })
        write("turbo.json", { tasks: { ...Object.fromEntries(tasks), all: { dependsOn: all, inputs: [] } } })
        const env = {
          PATH: tools.path,
          TURBO_TELEMETRY_DISABLED: "1",
          DO_NOT_TRACK: "1",
          TURBO_NO_UPDATE_NOTIFIER: "1"
        }
        const args = ["run", "all", "--concurrency=2", "--output-logs=none", "--env-mode=loose"]
        return {
          ...shellProject(folder, nodes),
          run: { program, args, env },
          plan: { program, args: [...args, "--dry=json"], env }
        }
      }
    }
  ]
}
