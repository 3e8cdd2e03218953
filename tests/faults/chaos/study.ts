/**
 * The study that is killed, and what it has to give: numbers too many for a record, a stage with checkpoints, a list that is
 * made at run time, commands, a folder of files, copies outside of the store.
 */

export const STUDY = {
  "chaos.yaml": `name: chaos
params: { seed: 0, width: 4 }
stages:
  numbers:
    uses: ./stages/numbers.ts
    matrix: { part: "\${{ range(params.width) }}" }
    with: { seed: "\${{ params.seed }}", part: "\${{ matrix.part }}" }
  walk: { uses: ./stages/walk.ts, with: { seed: "\${{ params.seed }}" } }
  letters: { uses: ./stages/letters.ts, with: { seed: "\${{ params.seed }}" } }
  letter:
    uses: ./stages/letter.ts
    matrix: { letter: { from: letters.letters } }
    with: { seed: "\${{ params.seed }}", letter: "\${{ matrix.letter }}" }
  files:
    uses: command
    shell: true
    run: |
      mkdir out
      for i in 0 1 2 3 4 5 6 7; do echo "\${{ params.seed }} $i" > out/$i.txt; sleep 0.01; done
      head -c 9000 /dev/zero | tr '\\0' x > out/large.txt
    retries: { max: 2, delay: 10ms }
    outputs: { folder: { path: out, kind: Directory } }
  count:
    uses: command
    shell: true
    run: cat \${{ inputs.folder }}/* | wc -c | tr -d ' \\n' > \${{ outputs.bytes }}
    inputs: { folder: files.folder }
    retries: { max: 2, delay: 10ms }
    outputs: { bytes: { path: bytes.json, kind: Json } }
  total:
    uses: ./stages/total.ts
    inputs: { numbers: numbers.*.numbers, letters: letter.*.code, walk: walk.state, bytes: count.bytes }
outputs:
  total.json: total.total
  files: files.folder
  numbers.npy: numbers@part=1.numbers
`,
  "stages/numbers.ts": `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

export default StageType.make({
  name: "chaos/numbers",
  summary: "Numbers that follow each other",
  determinism: "bitwise",
  params: Schema.Struct({ seed: Schema.Int, part: Schema.Int }),
  inputs: {},
  outputs: { numbers: "Tensor" },
  run: ({ params: { seed, part } }) =>
    Effect.gen(function* () {
      const data = new Float64Array(1500)
      for (let third = 0; third < 3; third++) {
        for (let index = 500 * third; index < 500 * (third + 1); index++) data[index] = 1000 * seed + 100 * part + index
        yield* Effect.sleep(5)
      }
      return { numbers: { shape: [1500], data } }
    })
})
`,
  "stages/walk.ts": `import { Effect, Schema } from "effect"
import { Checkpoint, StageType } from "athanor/stage"

export default StageType.make({
  name: "chaos/walk",
  summary: "A sum that goes on from where it was",
  determinism: "bitwise",
  extends: { param: "steps", along: [] },
  params: Schema.Struct({ seed: Schema.Int, steps: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(40))) }),
  inputs: {},
  outputs: { state: "Tensor" },
  run: ({ params: { seed, steps }, start }) =>
    Effect.gen(function* () {
      let noise = 1
      let sum = start?.outputs.state.data[0] ?? seed
      const outputs = () => ({ state: { shape: [700], data: new Float64Array(700).fill(sum) } })
      yield* Checkpoint.steps({
        from: start?.at ?? 0,
        total: steps,
        unit: "steps",
        body: (index) => {
          // Takes a few milliseconds, so that there are checkpoints.
          for (let turn = 0; turn < 400000; turn++) noise = (31 * noise + turn) % 1000003
          sum += index
        },
        outputs
      })
      return outputs()
    })
})
`,
  "stages/letters.ts": `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

export default StageType.make({
  name: "chaos/letters",
  summary: "As many letters as the seed says",
  determinism: "bitwise",
  params: Schema.Struct({ seed: Schema.Int }),
  inputs: {},
  outputs: { letters: "Json" },
  run: ({ params: { seed } }) => Effect.succeed({ letters: [..."abcde"].slice(0, 2 + (seed % 4)) })
})
`,
  "stages/letter.ts": `import { Effect, Schema } from "effect"
import { StageType } from "athanor/stage"

export default StageType.make({
  name: "chaos/letter",
  summary: "A number for a letter",
  determinism: "bitwise",
  params: Schema.Struct({ seed: Schema.Int, letter: Schema.String }),
  inputs: {},
  outputs: { code: "Json" },
  run: ({ params: { seed, letter } }) => Effect.succeed({ code: seed + letter.charCodeAt(0) })
})
`,
  "stages/total.ts": `import { Effect, Schema } from "effect"
import { Port, StageType } from "athanor/stage"

export default StageType.make({
  name: "chaos/total",
  summary: "What all of it comes to",
  determinism: "bitwise",
  params: Schema.Struct({}),
  inputs: { numbers: Port.many("Tensor"), letters: Port.many("Json"), walk: "Tensor", bytes: "Json" },
  outputs: { total: "Json" },
  run: ({ inputs: { numbers, letters, walk, bytes } }) =>
    Effect.succeed({
      total: {
        numbers: numbers.map(({ value }) => value.data.reduce((sum, each) => sum + each, 0)),
        letters: letters.map(({ value }) => value),
        walk: walk.data[0] ?? null,
        bytes
      }
    })
})
`
} as const

/** What `total.json` has to hold: worked out by hand, and not by the program. */
export const expectedTotal = (seed: number) => ({
  numbers: [0, 1, 2, 3].map((part) => 1500 * (1000 * seed + 100 * part) + (1500 * 1499) / 2),
  letters: [..."abcde"].slice(0, 2 + (seed % 4)).map((letter) => seed + letter.charCodeAt(0)),
  walk: seed + (40 * 39) / 2,
  bytes: 8 * (String(seed).length + 3) + 9000
})

/** Files that the study copies out beside the total, with what they have to hold. */
export const expectedFiles = (seed: number): ReadonlyMap<string, string> =>
  new Map([
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((index) => [`files/${index}.txt`, `${seed} ${index}\n`] as const),
    ["files/large.txt", "x".repeat(9000)]
  ])
