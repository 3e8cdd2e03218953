/** What a model says of its network beside the weights. */
import type { Model } from "athanor/stage"
import { Effect, Schema } from "effect"
import { ActivationName } from "./Activation.ts"
import { DEFAULT_ACTIVATION, DEFAULT_BETA } from "./parameters.ts"

/** What is no tensor of a network and yet belongs to it. */
export interface Settings {
  readonly beta: number
  readonly activation: ActivationName
}

/** A parameter and the metadata of the model say two things. */
export class SettingConflict extends Schema.TaggedError<SettingConflict>()("SettingConflict", {
  name: Schema.String,
  asked: Schema.String,
  found: Schema.String
}) {
  override get message(): string {
    return `${this.name} is ${this.asked} by parameter, ${this.found} by the metadata of the model: leave the parameter out, or give that`
  }
}

/** The metadata name what this family does not know. */
export class SettingUnknown extends Schema.TaggedError<SettingUnknown>()("SettingUnknown", {
  name: Schema.String,
  found: Schema.String,
  expected: Schema.String
}) {
  override get message(): string {
    return `the metadata of the model give ${this.name} as "${this.found}", expected ${this.expected}`
  }
}

/** Each setting from the metadata `beta` and `activation` of the model, else as asked for, else that of the paper. */
export const settingsOf = (model: Model | undefined, asked: Partial<Settings>) =>
  Effect.gen(function* () {
    const beta = yield* betaIn(model)
    const activation = yield* activationIn(model)
    return {
      beta: (yield* agreed("beta", beta, asked.beta)) ?? DEFAULT_BETA,
      activation: (yield* agreed("activation", activation, asked.activation)) ?? DEFAULT_ACTIVATION
    } satisfies Settings
  })

const agreed = <A>(
  name: string,
  found: A | undefined,
  asked: A | undefined
): Effect.Effect<A | undefined, SettingConflict> =>
  found === undefined || asked === undefined || found === asked
    ? Effect.succeed(found ?? asked)
    : Effect.fail(new SettingConflict({ name, asked: String(asked), found: String(found) }))

const betaIn = (model: Model | undefined): Effect.Effect<number | undefined, SettingUnknown> => {
  const found = model?.metadata["beta"]
  if (found === undefined) return Effect.succeed(undefined)
  const beta = found.trim() === "" ? Number.NaN : Number(found)
  return Number.isFinite(beta)
    ? Effect.succeed(beta)
    : Effect.fail(new SettingUnknown({ name: "beta", found, expected: "a number" }))
}

const activationIn = (model: Model | undefined): Effect.Effect<ActivationName | undefined, SettingUnknown> => {
  const found = model?.metadata["activation"]
  if (found === undefined) return Effect.succeed(undefined)
  return Schema.is(ActivationName)(found)
    ? Effect.succeed(found)
    : Effect.fail(new SettingUnknown({ name: "activation", found, expected: ActivationName.literals.join(", ") }))
}
