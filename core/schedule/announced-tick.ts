/** What a scheduled run is told of its tick by the process that starts it. */

/** The variable; its value is the token of the start, and the id of the tick after a blank. */
export const TICK_VARIABLE = "PIPELINE_TICK"

export interface AnnouncedTick {
  readonly token: string
  readonly tick: string
}

/** The value that announces a tick. */
export const announce = ({ tick, token }: AnnouncedTick): string => `${token} ${tick}`

const ANNOUNCED = /^(?<token>[0-9a-f-]{36}) (?<tick>\S+)$/u

/** What was announced; `undefined` where nothing was, or what is no tick. */
export const announced = (value: string | undefined): AnnouncedTick | undefined => {
  const { tick, token } = ANNOUNCED.exec(value ?? "")?.groups ?? {}
  return tick === undefined || token === undefined ? undefined : { tick, token }
}
