let last: Promise<unknown> = Promise.resolve()

/**
 * A task of one's own, after all who asked before. Large pages draw their parts so, one after the other: a slow phone
 * answers to the finger, and paints, in between.
 */
export function turn(): Promise<void> {
  const own = last.then(() => new Promise<void>((begin) => setTimeout(begin)))
  last = own
  return own
}
