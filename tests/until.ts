/** Waits until something is there, or holds; as long as a slow machine needs. Milliseconds. */
export const until = async <A>(
  look: () => A | false | undefined,
  { every = 10, within = 120_000 }: { readonly every?: number; readonly within?: number } = {}
): Promise<A> => {
  const end = performance.now() + within
  for (;;) {
    const found = look()
    if (found !== false && found !== undefined) return found
    if (performance.now() > end) throw new Error(`it has not come within ${within} ms`)
    await new Promise((resolve) => setTimeout(resolve, every))
  }
}
