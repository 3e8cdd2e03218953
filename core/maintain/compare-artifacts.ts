/** Where two artifacts of one kind begin to differ, in the words of the kind: an element, a cell, a path, a byte. */
import { Result } from "effect"
import * as Codec from "../codec/Codec.ts"
import { elementOf } from "../codec/elements.ts"
import { describeShape } from "../codec/shape.ts"
import type { ArtifactKind, Column, Json, KindValues, Model, Table, Tensor } from "../stage/ArtifactKind.ts"

/** A file of an artifact with its content. */
export interface ArtifactBytes {
  readonly path: string
  readonly bytes: Uint8Array
}

export interface ElementDifference {
  /** `element [3, 5]`, `row 2 of column "loss"`, `$.rows[3].loss`, `byte 17 of log.txt`. */
  readonly place: string
  readonly before: string
  readonly after: string
  /** |a − b| / max(|a|, |b|) of two numbers; `undefined` where they are none. */
  readonly relative: number | undefined
}

/** What a comparison found. */
export interface Comparison {
  /** The first difference beyond the tolerance. */
  readonly first: ElementDifference | undefined
  /** The largest relative difference of two numbers, those within the tolerance too; 0 where none differs. */
  readonly largest: number
}

/**
 * Compares two artifacts; `tolerance` is relative, and 0 asks for the same bits.
 *
 * With a tolerance two NaNs are alike, and what is no number has to be the same.
 */
export const compareArtifacts = (
  kind: ArtifactKind,
  before: ReadonlyArray<ArtifactBytes>,
  after: ReadonlyArray<ArtifactBytes>,
  tolerance: number
): Comparison => {
  const [a, b] = [Codec.decode(kind, before), Codec.decode(kind, after)]
  const search = new Search(tolerance)
  if (Result.isSuccess(a) && Result.isSuccess(b)) search.values(kind, a.success, b.success)
  // Values may be alike where bytes are not: the payload of a NaN, or a file that is none of its kind.
  if (search.first === undefined && (tolerance === 0 || Result.isFailure(a) || Result.isFailure(b))) {
    search.files(before, after)
  }
  return { first: search.first, largest: search.largest }
}

/** Compares two JSON values; `name` stands for the whole. */
export const compareJson = (name: string, before: Json, after: Json, tolerance: number): Comparison => {
  const search = new Search(tolerance)
  search.json(name, before, after)
  return { first: search.first, largest: search.largest }
}

/** The first difference, as far as one has been found. */
class Search {
  first: ElementDifference | undefined
  largest = 0
  private readonly tolerance: number

  constructor(tolerance: number) {
    this.tolerance = tolerance
  }

  values(kind: ArtifactKind, a: KindValues[ArtifactKind], b: KindValues[ArtifactKind]): void {
    switch (kind) {
      case "Tensor":
        this.tensor("", a as Tensor, b as Tensor)
        break
      case "Model":
        this.model(a as Model, b as Model)
        break
      case "Table":
        this.table(a as Table, b as Table)
        break
      case "Figure":
      case "Metrics":
      case "Json":
        this.json("$", a as Json, b as Json)
        break
      case "Directory":
        // Its bytes are all there is.
        break
    }
  }

  private enter(place: string, before: unknown, after: unknown, relative?: number): void {
    this.first ??= { place, before: String(before), after: String(after), relative }
  }

  /** Notes two numbers; `place` is made only where they differ. */
  private numbers(place: () => string, a: number, b: number): void {
    if (Object.is(a, b)) return
    const relative = relativeDifference(a, b)
    if (relative > this.largest) this.largest = relative
    if (this.tolerance === 0 || relative > this.tolerance) this.enter(place(), a, b, relative)
  }

  private tensor(name: string, a: Tensor, b: Tensor): void {
    const at = name === "" ? "" : ` of ${name}`
    const [type, shape] = [elementOf(a.data), describeShape(a.shape)]
    if (type !== elementOf(b.data)) this.enter(`the element type${at}`, type, elementOf(b.data))
    else if (shape !== describeShape(b.shape)) this.enter(`the shape${at}`, shape, describeShape(b.shape))
    else {
      for (let index = 0; index < a.data.length; index++) {
        const [x = 0, y = 0] = [a.data[index], b.data[index]]
        if (!Object.is(x, y)) this.numbers(() => `element [${indices(index, a.shape)}]${at}`, x, y)
      }
    }
  }

  private model(a: Model, b: Model): void {
    if (!this.names("tensor", Object.keys(a.tensors), Object.keys(b.tensors))) return
    for (const [name, tensor] of Object.entries(a.tensors)) {
      const other = b.tensors[name]
      if (other !== undefined) this.tensor(`tensor "${name}"`, tensor, other)
    }
    this.json("the metadata", a.metadata, b.metadata)
  }

  private table(a: Table, b: Table): void {
    if (!this.names("column", Object.keys(a.columns), Object.keys(b.columns))) return
    for (const [name, column] of Object.entries(a.columns)) this.column(name, column, b.columns[name] ?? [])
  }

  private column(name: string, a: Column, b: Column): void {
    if (a.length !== b.length) this.enter(`the number of rows of column "${name}"`, a.length, b.length)
    for (let row = 0; row < Math.min(a.length, b.length); row++) {
      const [x, y] = [a[row], b[row]]
      const place = () => `row ${row} of column "${name}"`
      if (typeof x === "number" && typeof y === "number") this.numbers(place, x, y)
      else if (x !== y) this.enter(place(), JSON.stringify(x), JSON.stringify(y))
    }
  }

  /** Whether two values have the same named parts, in the same order. */
  private names(what: string, a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean {
    const at = a.findIndex((name, index) => name !== b[index])
    if (at < 0 && a.length === b.length) return true
    const first = at < 0 ? a.length : at
    this.enter(`${what} ${first}`, a[first] ?? "(none)", b[first] ?? "(none)")
    return false
  }

  json(path: string, a: Json | undefined, b: Json | undefined): void {
    if (typeof a === "number" && typeof b === "number") this.numbers(() => path, a, b)
    else if (isContainer(a) && isContainer(b) && Array.isArray(a) === Array.isArray(b)) {
      const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
      for (const key of new Set([...left.keys(), ...right.keys()])) {
        this.json(Array.isArray(a) ? `${path}[${key}]` : `${path}${member(key)}`, left.get(key), right.get(key))
      }
    } else if (a !== b) this.enter(path, shortText(a), shortText(b))
  }

  files(before: ReadonlyArray<ArtifactBytes>, after: ReadonlyArray<ArtifactBytes>): void {
    const [left, right] = [
      new Map(before.map((file) => [file.path, file])),
      new Map(after.map((file) => [file.path, file]))
    ]
    for (const path of new Set([...left.keys(), ...right.keys()])) {
      const [a, b] = [left.get(path), right.get(path)]
      if (a === undefined || b === undefined) this.enter(`file ${path}`, presence(a), presence(b))
      else this.bytes(path, a.bytes, b.bytes)
    }
  }

  private bytes(path: string, a: Uint8Array, b: Uint8Array): void {
    const at = a.findIndex((byte, index) => byte !== b[index])
    if (at >= 0 && at < b.length) this.enter(`byte ${at} of ${path}`, a[at], b[at])
    else if (a.length !== b.length) this.enter(`the size of ${path}`, `${a.length} bytes`, `${b.length} bytes`)
  }
}

type Container = ReadonlyArray<Json> | { readonly [key: string]: Json }

const isContainer = (value: Json | undefined): value is Container => typeof value === "object" && value !== null

/** Infinite for what is no number beside one that is; 0 for two NaNs, and for 0 beside −0. */
const relativeDifference = (a: number, b: number): number => {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0
  const relative = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b))
  return Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative
}

/** Indices along the axes of a tensor, from the place in its data. */
const indices = (index: number, shape: ReadonlyArray<number>): string => {
  const found: Array<number> = []
  let rest = index
  for (const length of shape.toReversed()) {
    found.unshift(rest % length)
    rest = Math.floor(rest / length)
  }
  return found.join(", ")
}

const member = (key: string): string => (/^[A-Za-z_]\w*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`)

const presence = (file: ArtifactBytes | undefined): string =>
  file === undefined ? "(none)" : `${file.bytes.length} bytes`

const SHOWN = 40

const shortText = (value: Json | undefined): string => {
  const text = value === undefined ? "(none)" : JSON.stringify(value)
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`
}
