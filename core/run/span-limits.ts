/** How much is kept of the spans of an attempt: whoever traces a loop of a million steps gets a trace that can still be looked at. */

/** Spans of an attempt; those after them are counted. */
export const MOST_SPANS = 1000

/** Attributes of a span, and of an event. */
export const MOST_ATTRIBUTES = 128

/** Events of a span. */
export const MOST_EVENTS = 128

/** Characters of a name. */
export const LONGEST_NAME = 256

/** Characters of a value. */
export const LONGEST_VALUE = 4096
