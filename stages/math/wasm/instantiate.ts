/** WebAssembly modules over a memory that they share, so that what one has computed lies where the next one reads it. */

const PAGE = 65_536
const ALIGNMENT = 64

/** Modules by their text: compiled once an attempt. */
const compiled = new Map<string, WebAssembly.Module>()

/** The functions of a module on a memory; `base64` is what `assembly/build.mjs` has made of its source. */
export const instantiate = <Exports>(base64: string, memory: WebAssembly.Memory): Exports => {
  let module = compiled.get(base64)
  if (module === undefined) {
    module = new WebAssembly.Module(Uint8Array.from(Buffer.from(base64, "base64")))
    compiled.set(base64, module)
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports
}

/** A memory of 4 MiB that grows to 4 GiB. Its first page is left to the data of modules. */
export const makeMemory = (): WebAssembly.Memory => new WebAssembly.Memory({ initial: 64, maximum: 65_536 })

/** The first address that is nobody's. */
export const START = PAGE

/** The next address that a vector may start at. */
export const aligned = (address: number): number => Math.ceil(address / ALIGNMENT) * ALIGNMENT

/** Grows a memory to hold `end` bytes. Throws `RangeError` beyond 4 GiB. Views made before are empty afterwards. */
export const reserve = (memory: Pick<WebAssembly.Memory, "buffer" | "grow">, end: number): void => {
  const missing = end - memory.buffer.byteLength
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
}
