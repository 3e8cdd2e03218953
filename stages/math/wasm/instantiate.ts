/// <reference path="./web-assembly.d.ts" />
/** WebAssembly modules over a memory that they share, so that what one has computed lies where the next one reads it. */

import { withSharedMemory } from "./share-memory.ts"

const PAGE = 65_536
const ALIGNMENT = 64

/** Modules by their text, for memories of one thread and for shared ones: compiled once an attempt. */
const compiled = { plain: new Map<string, WebAssembly.Module>(), shared: new Map<string, WebAssembly.Module>() }

/** A module that fits a memory; `base64` is what `assembly/build.mjs` has made of its source. */
export const moduleFor = (base64: string, memory: WebAssembly.Memory): WebAssembly.Module => {
  const isShared = isSharedMemory(memory)
  const known = isShared ? compiled.shared : compiled.plain
  let module = known.get(base64)
  if (module === undefined) {
    const bytes = Uint8Array.from(Buffer.from(base64, "base64"))
    module = new WebAssembly.Module(isShared ? withSharedMemory(bytes) : bytes)
    known.set(base64, module)
  }
  return module
}

/** The functions of a module on a memory. */
export const instantiate = <Exports>(base64: string, memory: WebAssembly.Memory): Exports =>
  new WebAssembly.Instance(moduleFor(base64, memory), { env: { memory } }).exports as Exports

/** A memory of 4 MiB that grows to 4 GiB, for one thread or for several. Its first page is left to the data of modules. */
export const makeMemory = (shared = false): WebAssembly.Memory =>
  new WebAssembly.Memory({ initial: 64, maximum: 65_536, shared })

const isSharedMemory = ({ buffer }: WebAssembly.Memory): boolean =>
  (buffer as ArrayBufferLike) instanceof SharedArrayBuffer

/** The first address that is nobody's. */
export const START = PAGE

/** The next address that a vector may start at. */
export const aligned = (address: number): number => Math.ceil(address / ALIGNMENT) * ALIGNMENT

/** Grows a memory to hold `end` bytes. Throws `RangeError` beyond 4 GiB. Views made before are empty afterwards. */
export const reserve = (memory: Pick<WebAssembly.Memory, "buffer" | "grow">, end: number): void => {
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
}
