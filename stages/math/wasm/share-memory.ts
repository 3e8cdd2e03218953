/** One build of a module serves one thread and many: only the memory that it imports is declared otherwise. */

const MAGIC_AND_VERSION = 8
const IMPORTS = 2
/** One import, `env.memory`, a memory without a maximum. */
const MEMORY = [1, 3, ...Buffer.from("env"), 6, ...Buffer.from("memory"), 2, 0]
const SHARED_WITH_MAXIMUM = 3
/** Pages: 65 536, in LEB128. */
const MOST = [0x80, 0x80, 0x04]

/**
 * The module with its memory declared as shared, growing to 4 GiB; all else stays as it is, as does what it computes.
 *
 * Throws `RangeError` when the memory is not all that it imports.
 */
export const withSharedMemory = (module: Uint8Array): Uint8Array<ArrayBuffer> => {
  let at = MAGIC_AND_VERSION
  while (at < module.length && module[at] !== IMPORTS) {
    const { value, next } = leb128(module, at + 1)
    at = next + value
  }
  const { value: length, next: start } = leb128(module, at + 1)
  const content = module.subarray(start, start + length)
  if (!MEMORY.every((byte, index) => content[index] === byte)) {
    throw new RangeError("only a module that imports env.memory and nothing else can share it")
  }
  const least = content.subarray(MEMORY.length)
  const shared = [...MEMORY.slice(0, -1), SHARED_WITH_MAXIMUM, ...least, ...MOST]
  if (shared.length > 127) throw new RangeError("the import of a memory is longer than one can be")
  return Uint8Array.from([
    ...module.subarray(0, at),
    IMPORTS,
    shared.length,
    ...shared,
    ...module.subarray(start + length)
  ])
}

/** An unsigned number of up to 32 bits, and where what follows it begins. */
const leb128 = (bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } => {
  let value = 0
  for (let at = from, shift = 0; ; at++, shift += 7) {
    const byte = bytes[at] ?? 0
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return { value, next: at + 1 }
  }
}
