/** Variables of the environment: given, so that what depends on them can be tested. */
export interface Environment {
  readonly [name: string]: string | undefined
}
