/** The little of WebAssembly's interface that this folder uses; Node's types leave it out. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array)
    static exports(module: object): ReadonlyArray<{ readonly name: string; readonly kind: string }>
  }
  class Memory {
    constructor(size: { readonly initial: number; readonly maximum: number; readonly shared?: boolean })
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }
  class Instance {
    constructor(module: object, imports: { readonly env: { readonly memory: object } })
    readonly exports: unknown
  }
  class RuntimeError extends Error {}
}
