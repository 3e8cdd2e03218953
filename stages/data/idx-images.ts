/** Labelled images from IDX files, as MNIST and Fashion-MNIST are distributed. */
import { type Directory, StageType } from "athanor/stage"
import { Effect, Schema } from "effect"
import { stream } from "../math/random/Philox.ts"
import { type Drawn, draw } from "./draw.ts"
import { decodeIdx, type Idx } from "./Idx.ts"

/** A folder lacks one of the two files of a part. */
class MissingFile extends Schema.TaggedError<MissingFile>()("MissingFile", {
  file: Schema.String,
  found: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const found = this.found.length === 0 ? "it is empty" : `it has ${this.found.join(", ")}`
    return `the folder has no ${this.file}, gzipped or not: ${found}`
  }
}

/** Images and labels do not belong together. */
class UnlikeParts extends Schema.TaggedError<UnlikeParts>()("UnlikeParts", {
  images: Schema.Array(Schema.Int),
  labels: Schema.Array(Schema.Int)
}) {
  override get message(): string {
    const [images, labels] = [this.images.join(" × "), this.labels.join(" × ")]
    return `expected images of shape count × rows × columns and as many labels, found ${images} and ${labels}`
  }
}

export default StageType.make({
  name: "data/idx-images",
  summary: "Labelled images from IDX files, pixels in [0, 1], all of them or drawn without replacement",
  source: "LeCun et al. 1998; Xiao, Rasul, Vollgraf 2017 (Fashion-MNIST)",
  determinism: "bitwise",
  params: Schema.Struct({
    part: Schema.NonEmptyString.annotate({
      description: "The beginning of the names of the two files: train of train-images-idx3-ubyte.gz"
    }),
    count: Schema.optionalKey(
      Schema.Int.check(Schema.isGreaterThan(0)).annotate({
        description: "How many images; all, in their order, when left out"
      })
    ),
    balanced: Schema.Boolean.annotate({
      description: "Whether each class has the same share; otherwise images are drawn from all"
    }).pipe(Schema.withDecodingDefaultKey(Effect.succeed(true))),
    seed: Schema.Int.annotate({ description: "Seed of the draw" }).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(0))
    )
  }),
  inputs: { files: "Directory" },
  outputs: { images: "Tensor", labels: "Tensor" },
  run: ({ params: { balanced, count, part, seed }, inputs: { files } }) =>
    Effect.gen(function* () {
      const images = yield* read(files, `${part}-images-idx3-ubyte`)
      const labels = yield* read(files, `${part}-labels-idx1-ubyte`)
      if (images.shape.length !== 3 || labels.shape.length !== 1 || images.shape[0] !== labels.shape[0]) {
        return yield* new UnlikeParts({ images: images.shape, labels: labels.shape })
      }
      if (count === undefined) return outputsOf(images, labels, Array.from(labels.data.keys()))
      const classes = positionsByClass(labels.data)
      const sizes = classes.map(({ length }) => length)
      const chosen = yield* draw(sizes, { count, balanced }, stream(seed, "data/idx-images"))
      return outputsOf(images, labels, chosen.map(positionIn(classes)))
    })
})

const read = Effect.fnUntraced(function* ({ files }: Directory, name: string) {
  const file = [name, `${name}.gz`].find((path) => files[path] !== undefined)
  const bytes = file === undefined ? undefined : files[file]
  if (file === undefined || bytes === undefined) {
    return yield* new MissingFile({ file: name, found: Object.keys(files) })
  }
  return yield* decodeIdx(file, bytes)
})

/** For each class the places of its images, in order. */
const positionsByClass = (labels: Uint8Array): ReadonlyArray<ReadonlyArray<number>> => {
  const classes = Array.from(
    { length: labels.reduce((most, label) => Math.max(most, label + 1), 0) },
    () => [] as Array<number>
  )
  for (const [position, label] of labels.entries()) classes[label]?.push(position)
  return classes
}

const positionIn =
  (classes: ReadonlyArray<ReadonlyArray<number>>) =>
  ({ digit, index }: Drawn): number =>
    classes[digit]?.[index] ?? 0

const WHITE = 255

const outputsOf = (images: Idx, labels: Idx, positions: ReadonlyArray<number>) => {
  const [, rows = 0, columns = 0] = images.shape
  const size = rows * columns
  const pixels = new Float32Array(positions.length * size)
  for (const [row, position] of positions.entries()) {
    for (let at = 0; at < size; at++) pixels[row * size + at] = (images.data[position * size + at] ?? 0) / WHITE
  }
  return {
    images: { shape: [positions.length, size], data: pixels },
    labels: { shape: [positions.length], data: Int32Array.from(positions, (position) => labels.data[position] ?? 0) }
  }
}
