const DAY = 86_400

/** What is written below the lines of a time axis that are `step` seconds apart; a new year names itself. */
export function timeLabels(
  splits: readonly number[],
  step: number,
  locale: string,
  timeZone: string,
): string[] {
  const write = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone })
    return (at: number) => format.format(new Date(at * 1000))
  }
  const year = write({ year: 'numeric' })
  if (step >= 360 * DAY) return splits.map(year)
  const monthOfYear = write({ month: 'short', year: 'numeric' })
  const rest = write(
    step >= 27 * DAY
      ? { month: 'short' }
      : step >= DAY
        ? { month: 'short', day: 'numeric' }
        : { hour: 'numeric', minute: '2-digit' },
  )
  return splits.map((at, index) => {
    const own = year(at)
    const first = index === 0
    const isNew = !first && year(splits[index - 1]!) !== own
    if (step >= 27 * DAY) return first ? monthOfYear(at) : isNew ? own : rest(at)
    return isNew ? `${rest(at)}\n${own}` : rest(at)
  })
}
