/** Names of segments: when each was begun, for people, and by whom, for those that want to know whether it still grows. */

/** The name of a segment that the holder of a lease begins now. */
export const segmentName = (writer: string): string => `${Date.now().toString(36)}-${writer}.log`

/** The lease of a segment's writer; `undefined` where the name is of before and does not tell. */
export const writerOf = (name: string): string | undefined => WRITTEN.exec(name)?.groups?.["writer"]

const WRITTEN = /^[0-9a-z]+-(?<writer>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.log$/u
