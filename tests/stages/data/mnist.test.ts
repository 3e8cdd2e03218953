import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Tensor } from "../../../core/stage/ArtifactKind.ts"
import mnist from "../../../stages/data/mnist.ts"
import { mean, standardDeviation } from "../../../stages/math/special/Statistics.ts"
import { row } from "../arrays.ts"
import { runStage, takes } from "../run-stage.ts"

const draw = (params: (typeof mnist)["params"]["Encoded"]) =>
  Effect.map(runStage(mnist, params, {}), ({ outputs }) => outputs)

const countsOf = (labels: ArrayLike<number>): ReadonlyArray<number> =>
  Array.from({ length: 10 }, (_, digit) => Array.from(labels).filter((label) => label === digit).length)

describe("data/mnist", () => {
  it.effect("gives pixels between 0 and 1 that are shades of 256, on a dark border", () =>
    Effect.gen(function* () {
      const { images, labels } = yield* draw({ count: 300 })
      assert.deepStrictEqual([images.shape, labels.shape], [[300, 784], [300]])
      let [darkest, brightest, farthest] = [0, 0, 0]
      for (const pixel of images.data) {
        darkest = Math.min(darkest, pixel)
        farthest = Math.max(farthest, Math.abs(pixel - Math.round(pixel * 255) / 255))
        brightest = Math.max(brightest, pixel)
      }
      // The package keeps three decimals of k / 255.
      assert.isAtMost(farthest, 5.1e-4)
      assert.strictEqual(darkest, 0)
      assert.isTrue(brightest > 0.99 && brightest <= 1, `the brightest pixel is ${brightest}`)
      for (let image = 0; image < 300; image++) {
        for (const corner of [0, 27, 756, 783]) assert.strictEqual(images.data[image * 784 + corner], 0)
      }
    })
  )

  it.effect("has the mean 0.1307 and deviation 0.3081 that are known of the pixels of MNIST", () =>
    Effect.gen(function* () {
      const { images } = yield* draw({ count: 4000, balanced: false })
      const brightness = Float64Array.from({ length: 4000 }, (_, image) => mean(row(images, image)))
      // Four standard errors of the mean over images, and as many for the package being a subset itself.
      assert.closeTo(mean(brightness), 0.1307, (8 * standardDeviation(brightness)) / Math.sqrt(4000))
      assert.closeTo(standardDeviation(images.data), 0.3081, 0.006)
    })
  )

  it.effect("labels its images: the nearest class mean is right for about 82 % of others, as on MNIST", () =>
    Effect.gen(function* () {
      const { images, labels } = yield* draw({ count: 2000, balanced: false, seed: 5 })
      const centres = Array.from({ length: 10 }, () => new Float64Array(784))
      const counts = countsOf(labels.data.slice(0, 1500))
      for (let image = 0; image < 1500; image++) {
        const centre = centres[labels.data[image]!]!
        for (const [at, pixel] of row(images, image).entries()) centre[at]! += pixel / counts[labels.data[image]!]!
      }
      let right = 0
      for (let image = 1500; image < 2000; image++) {
        const pixels = row(images, image)
        const distances = centres.map((centre) => pixels.reduce((sum, x, at) => sum + (x - centre[at]!) ** 2, 0))
        if (distances.indexOf(Math.min(...distances)) === labels.data[image]) right++
      }
      // Three standard errors of a share of 500.
      assert.closeTo(right / 500, 0.82, 3 * Math.sqrt((0.82 * 0.18) / 500))
    })
  )

  it.effect("gives each class its share of a balanced batch, the first classes one more where it does not divide", () =>
    Effect.gen(function* () {
      const { labels } = yield* draw({ count: 512 })
      assert.deepStrictEqual(countsOf(labels.data), [52, 52, 51, 51, 51, 51, 51, 51, 51, 51])
      const even = yield* draw({ count: 100, seed: 9 })
      assert.deepStrictEqual(countsOf(even.labels.data), new Array(10).fill(10))
    })
  )

  it.effect("draws an unbalanced batch from all images, by chance", () =>
    Effect.gen(function* () {
      const { labels } = yield* draw({ count: 1000, balanced: false })
      const counts = countsOf(labels.data)
      // Four standard deviations of the count of a class that has a tenth of the images.
      for (const count of counts) assert.closeTo(count, 100, 4 * Math.sqrt(1000 * 0.1 * 0.9))
      assert.isAbove(new Set(counts).size, 1)
      // The order is random too: no class is drawn before another.
      assert.isAbove(new Set(labels.data.slice(0, 30)).size, 5)
    })
  )

  it.effect.each([true, false])("draws no image twice, and the same ones again for a seed (balanced: %s)", (balanced) =>
    Effect.gen(function* () {
      const texts = (images: Tensor): ReadonlyArray<string> =>
        Array.from({ length: 200 }, (_, image) => row(images, image).join())
      const [one, again, other] = [
        yield* draw({ count: 200, balanced, seed: 1 }),
        yield* draw({ count: 200, balanced, seed: 1 }),
        yield* draw({ count: 200, balanced, seed: 2 })
      ]
      assert.deepStrictEqual(again, one)
      const drawn = new Set(texts(one.images))
      assert.strictEqual(drawn.size, 200)
      // Of ten thousand images, two draws of 200 share about four.
      assert.isBelow(texts(other.images).filter((image) => drawn.has(image)).length, 20)
    })
  )

  it.effect("refuses to draw more than there are, and names the digit that is short and its share", () =>
    Effect.gen(function* () {
      const all = countsOf((yield* draw({ count: 10_000, balanced: false })).labels.data)
      const fewest = Math.min(...all)
      const digit = all.indexOf(fewest)
      // A class that is not the first runs out first, so that its name says something.
      assert.isAbove(digit, 0)
      const enough = yield* draw({ count: 10 * fewest })
      assert.strictEqual(enough.labels.shape[0], 10 * fewest)
      const error = yield* Effect.flip(draw({ count: 10 * (fewest + 1) }))
      assert.strictEqual(error._tag, "NotEnoughImages")
      assert.strictEqual(
        error.message,
        `${fewest + 1} images of the class ${digit} were asked for, there are ${fewest}`
      )
    })
  )

  it.effect("refuses to draw more than all where classes do not count, without blaming one", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(draw({ count: 20_000, balanced: false }))
      assert.strictEqual(error._tag, "NotEnoughImages")
      assert.strictEqual(error.message, "20000 images were asked for, there are 10000")
    })
  )

  it("asks for at least one image", () => {
    assert.isFalse(takes(mnist, { count: 0 }))
    assert.isFalse(takes(mnist, {}))
    assert.isTrue(takes(mnist, { count: 1, balanced: false, seed: -4 }))
  })
})
