/** Tasks as shell commands, the same for every peer: builtins alone read a source and the parents' outputs, and write a small file. */
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { MODULUS, type Node } from "./graph.ts"
import type { Project } from "./Peer.ts"

/** The file that holds a task's value, and the one that it makes. */
export const sourceOf = (index: number): string => `s/${index}`
export const outputOf = (index: number): string => `o/${index}`

/** Gets a character for each body. */
const RAN = "ran"

/** The body of a task. With `keep` it leaves a file alone that holds its result already, for systems that stop at that. */
export const shellBody = ({ parents }: Node, index: number, keep = false): string => {
  const output = outputOf(index)
  const add = `for p in ${parents.join(" ")};do read x <o/$p;t=$(((t+x)%${MODULUS}));done;`
  const write = keep
    ? `y=;[ ! -f ${output} ]||read y <${output};[ "$t" = "$y" ]||echo $t >${output}`
    : `echo $t >${output}`
  return `read v <${sourceOf(index)};t=$((v>>1));${parents.length === 0 ? "" : add}${write};printf . >>${RAN}`
}

/** Writes the sources, and says how they are edited, touched, and bodies counted. */
export const shellProject = (
  folder: string,
  nodes: ReadonlyArray<Node>
): Pick<Project, "edit" | "touch" | "bodies"> => {
  for (const place of ["s", "o"]) mkdirSync(join(folder, place), { recursive: true })
  const ran = join(folder, RAN)
  const write = (all: ReadonlyArray<Node>, indices: Iterable<number>): void => {
    for (const index of indices) writeFileSync(join(folder, sourceOf(index)), `${all[index]?.value}\n`)
  }
  write(nodes, nodes.keys())
  writeFileSync(ran, "")
  return {
    edit: write,
    touch: () => {
      const now = new Date()
      utimesSync(join(folder, sourceOf(0)), now, now)
    },
    bodies: () => {
      const count = readFileSync(ran).length
      writeFileSync(ran, "")
      return count
    }
  }
}
