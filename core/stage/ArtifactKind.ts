/** The kinds of artifact that ports carry, and the values that stages see for them. */

/** A JSON value. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** The element types of a tensor; each is stored as the `.npy` type of the same name. */
export type TensorData = Float64Array | Float32Array | Int32Array | Uint8Array

/** A dense array. `data` is row-major (C order) and has as many elements as the product of `shape`. Stored as `.npy`. */
export interface Tensor<Data extends TensorData = TensorData> {
  readonly shape: ReadonlyArray<number>
  readonly data: Data
}

/** One column of a table: numbers, or text. All columns of a table have one length. */
export type Column = Float64Array | Int32Array | ReadonlyArray<string>

/** Named columns in order. Stored as an Arrow IPC file. */
export interface Table {
  readonly columns: { readonly [name: string]: Column }
}

/** Named scalars. Stored as JSON; a non-finite number is refused. */
export interface Metrics {
  readonly [name: string]: number
}

/** A picture: its Vega-Lite specification with the data inlined. Stored as that; pictures are drawn on demand. */
export interface Figure {
  readonly spec: { readonly [key: string]: Json }
}

/** Named tensors and text metadata. Stored as safetensors. */
export interface Model {
  readonly tensors: { readonly [name: string]: Tensor }
  readonly metadata: { readonly [name: string]: string }
}

/** Files by relative path, `/` between segments. */
export interface Directory {
  readonly files: { readonly [path: string]: Uint8Array }
}

/** What a stage reads or returns for each kind. */
export interface KindValues {
  readonly Tensor: Tensor
  readonly Table: Table
  readonly Metrics: Metrics
  readonly Figure: Figure
  readonly Model: Model
  readonly Json: Json
  readonly Directory: Directory
}

export type ArtifactKind = keyof KindValues

/** Every kind, in the order in which they are listed to users. */
export const ARTIFACT_KINDS = [
  "Tensor",
  "Table",
  "Metrics",
  "Figure",
  "Model",
  "Json",
  "Directory"
] as const satisfies ReadonlyArray<ArtifactKind>

/** Whether a text names a kind. */
export const isArtifactKind = (text: string): text is ArtifactKind =>
  (ARTIFACT_KINDS as ReadonlyArray<string>).includes(text)
