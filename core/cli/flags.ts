/** Flags that several commands take, and how they are made. */
import * as Flag from "effect/cli/Flag"

/** A flag that is off unless it is given. */
export const flag = (name: string) => Flag.Boolean(name).pipe(Flag.withDefault(false))

/** A flag that takes a number of things. */
export const count = (name: string) =>
  Flag.Int(name).pipe(
    Flag.filter(
      (value) => value >= 1,
      () => "a whole number from 1 on"
    )
  )

/** Of every command that answers. */
export const json = flag("json").pipe(Flag.withDescription("Print one JSON document"))

/** A flag that takes words. */
export const text = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withDescription(description), Flag.optional)
