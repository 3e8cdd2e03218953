/** A module of WebAssembly with few exports, written in bytes: tests of teams need no compiler. */

const leb = (n: number): Array<number> => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)])

const section = (id: number, content: ReadonlyArray<number>): ReadonlyArray<number> => [
  id,
  ...leb(content.length),
  ...content
]

const text = (value: string): ReadonlyArray<number> => [value.length, ...Buffer.from(value)]

const body = (...code: ReadonlyArray<number>): ReadonlyArray<number> => [...leb(code.length + 2), 0, ...code, 0x0b]

/**
 * Exports on a shared memory `env.memory`:
 *
 * - `note(at, x, scratch)` stores x at `at`, and adds 1 at `scratch`;
 * - `trap()` fails;
 * - `spin()` never ends.
 */
export const TEAM_WASM = new Uint8Array([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...section(1, [2, 0x60, 3, 0x7f, 0x7c, 0x7f, 0, 0x60, 0, 0]),
  ...section(2, [1, ...text("env"), ...text("memory"), 2, 3, 1, 16]),
  ...section(3, [3, 0, 1, 1]),
  ...section(7, [3, ...text("note"), 0, 0, ...text("trap"), 0, 1, ...text("spin"), 0, 2]),
  ...section(10, [
    3,
    // f64.store (get 0) (get 1); i32.store (get 2) (i32.load (get 2) + 1)
    ...body(0x20, 0, 0x20, 1, 0x39, 3, 0, 0x20, 2, 0x20, 2, 0x28, 2, 0, 0x41, 1, 0x6a, 0x36, 2, 0),
    ...body(0x00),
    ...body(0x03, 0x40, 0x0c, 0, 0x0b)
  ])
])

/** Statements of a stage with this module on a memory; what follows sees `team`, `call` and `memory`. */
export const TEAM_BODY = `
  const team = yield* Team.Current
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 16, shared: true })
  const module = new WebAssembly.Module(Uint8Array.from([${TEAM_WASM}]))
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const call = team.share({ module, memory, exports })
`
