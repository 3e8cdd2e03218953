/** A backend that cannot be opened here. */
import { Data } from "effect"
import type { DeviceClass } from "../plan/device-class.ts"

export class BackendUnavailable extends Data.TaggedError("BackendUnavailable")<{
  readonly device: DeviceClass
  /** In words. */
  readonly reason: string
  /** What a person can do about it. */
  readonly advice?: string
}> {
  override get message(): string {
    return `the backend ${this.device} is not available: ${this.reason}${this.advice === undefined ? "" : `; ${this.advice}`}`
  }
}
