/** A system that runs graphs of tasks: how it is found on a machine, and how a graph is written for it. */
import type { Node } from "./graph.ts"
import type { Command, Cost } from "./measure.ts"

/** A graph in a folder, written for one system. */
export interface Project {
  /** Brings everything up to date. */
  readonly run: Command
  /** Says what would run; where a system can. */
  readonly plan?: Command
  /** Changes the values of some tasks, as a person would: in the file where they stand. */
  readonly edit: (nodes: ReadonlyArray<Node>, changed: ReadonlyArray<number>) => void
  /** Gives a file that tasks read another time, and nothing else. */
  readonly touch: () => void
  /** Bodies that ran since this was asked last. */
  readonly bodies: (cost: Cost) => number
}

export interface Peer {
  readonly name: string
  readonly version: string
  /** Whether it can express a graph; any when absent. */
  readonly takes?: (nodes: ReadonlyArray<Node>) => boolean
  /** Writes the graph into an empty folder. */
  readonly write: (folder: string, nodes: ReadonlyArray<Node>) => Project
}

/** Finds a peer on this machine; `undefined` where it is missing. */
export type FindPeer = (tools: Tools) => ReadonlyArray<Peer> | undefined

/** Where programs are looked for. */
export interface Tools {
  /** The file of a program; `undefined` where there is none. */
  readonly find: (program: string) => string | undefined
  /** The first line that a command prints. */
  readonly firstLine: (program: string, args: ReadonlyArray<string>) => string
  /** The version of the npm package that a program belongs to. */
  readonly versionOf: (program: string) => string
  /** `PATH` with all places in it. */
  readonly path: string
}
