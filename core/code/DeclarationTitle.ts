/** Declarations as people speak of them: `function jacobianBlock`, `class Network`, `constant LIMIT`. */

export type DeclarationSort = "function" | "class" | "constant" | "namespace"

/** The name with the sort of the declaration before it. */
export const titled = (sort: DeclarationSort, name: string): string => `${sort} ${name}`

/** The name alone: what records have that were written when no sorts were told. */
export const untitled = (title: string): string => title.replace(/^(?:function|class|constant|namespace) /u, "")

/** Files that are bundled as they are: each is one declaration. */
export const DATA: RegExp = /\.(?:json|wasm|bin|npy|csv|txt)$/u

export const dataTitle = (file: string): string => `data file ${file}`
