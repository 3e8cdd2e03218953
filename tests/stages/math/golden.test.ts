/** One digest of transforms, random numbers and special functions: the same on every machine, or this fails there. */
import { createHash } from "node:crypto"
import { assert, it } from "vitest"
import { CosineTransform } from "../../../stages/math/fourier/CosineTransform.ts"
import { FourierTransform } from "../../../stages/math/fourier/FourierTransform.ts"
import { bulkStream } from "../../../stages/math/random/BulkPhilox.ts"
import { binomials, poissons } from "../../../stages/math/random/CountVariates.ts"
import { betas, gammas } from "../../../stages/math/random/GammaVariates.ts"
import { exponentials } from "../../../stages/math/random/Inversion.ts"
import { atan } from "../../../stages/math/special/Arctangent.ts"
import { besselJ0, besselK, scaledBesselI } from "../../../stages/math/special/Bessel.ts"
import * as Elementwise from "../../../stages/math/special/Elementwise.ts"
import { expm1, log1p, sinh } from "../../../stages/math/special/Exponential.ts"
import { digamma, gamma, logGamma } from "../../../stages/math/special/Gamma.ts"
import { incompleteGamma } from "../../../stages/math/special/IncompleteGamma.ts"
import { lambertW } from "../../../stages/math/special/LambertW.ts"
import { cbrt, pow } from "../../../stages/math/special/Power.ts"

it("transforms, random numbers and special functions have the same bits on every machine", () => {
  const source = bulkStream(2026, "golden")
  const normals = source.normals(2 * 1009)
  const positive = Elementwise.exp(normals)
  const fourier = new FourierTransform()
  const parts = [
    normals,
    source.uniforms(999),
    positive,
    Elementwise.log(positive),
    Elementwise.sin(normals),
    Elementwise.tanh(normals),
    fourier.forward(normals),
    fourier.inverse(normals.subarray(0, 2 * 360)),
    fourier.forward2(normals.subarray(0, 2 * 1000), 20, 50),
    fourier.forward(source.normals(2 * 9000)),
    new CosineTransform(250, fourier).forward(normals.subarray(0, 250)),
    exponentials(source, 100),
    gammas(source, 100, 0.3),
    betas(source, 100, 2, 3),
    poissons(source, 100, 50),
    binomials(source, 100, 100, 0.4),
    ...[expm1, sinh, atan, cbrt].map((one) => normals.map(one)),
    ...[log1p, gamma, logGamma, digamma, besselJ0, lambertW].map((one) => positive.map(one)),
    positive.map((x) => pow(x, 1.3)),
    positive.map((x) => incompleteGamma(1.7, x).lower),
    positive.subarray(0, 200).map((x) => besselK(0.3, x)),
    positive.map((x) => scaledBesselI(1, x))
  ]
  const hash = createHash("sha256")
  for (const part of parts) hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  assert.strictEqual(hash.digest("hex"), "485facf085158ec46fcf6b004211c155c5dcc813fcfdef1ab956f0e9cedf3793")
})
