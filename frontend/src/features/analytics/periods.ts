import type { RaceRow } from '@/shared/races/rows'
import { emptyTally, record, type CornersPerLap, type Tally } from '@/shared/races/tally'

export const GRANULARITIES = ['day', 'week', 'iracingWeek', 'month', 'season', 'year'] as const
export type Granularity = (typeof GRANULARITIES)[number]

export interface Period {
  /** Its first day (`2026-03-01`), or the season (`2026S1`); empty for races of no season. */
  key: string
  tally: Tally
}

const DAY = 86_400_000

function shifted(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10)
}

/** The Tuesday (00:00 UTC) that a moment's race week began on. */
export function iracingWeek(at: number): string {
  const days = Math.floor(at / DAY)
  // 1970-01-01 was a Thursday, two days after a Tuesday.
  return new Date((days - ((((days + 2) % 7) + 7) % 7)) * DAY).toISOString().slice(0, 10)
}

/** The stretch that a race falls into, in the driver's time zone; race weeks are everybody's. */
export function periodOf({ day, weekday, start, race }: RaceRow, granularity: Granularity): string {
  switch (granularity) {
    case 'day':
      return day
    case 'week':
      return shifted(day, 1 - weekday)
    case 'iracingWeek':
      return iracingWeek(start)
    case 'month':
      return `${day.slice(0, 7)}-01`
    case 'season':
      return race.seasonYear == null || race.seasonQuarter == null
        ? ''
        : `${race.seasonYear}S${race.seasonQuarter}`
    case 'year':
      return `${day.slice(0, 4)}-01-01`
  }
}

/** Races by stretches of time, earliest first; stretches without races are left out. */
export function timeSeries(
  rows: readonly RaceRow[],
  granularity: Granularity,
  corners: CornersPerLap,
): Period[] {
  const periods = new Map<string, Period>()
  for (const row of rows) {
    const key = periodOf(row, granularity)
    let period = periods.get(key)
    if (!period) periods.set(key, (period = { key, tally: emptyTally() }))
    record(period.tally, row, corners)
  }
  return [...periods.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** The stretch after one, so that gaps can be shown as gaps. */
export function following(key: string, granularity: Granularity): string {
  if (granularity === 'season') {
    const [year, quarter] = key.split('S').map(Number) as [number, number]
    return quarter === 4 ? `${year + 1}S1` : `${year}S${quarter + 1}`
  }
  if (granularity === 'month' || granularity === 'year') {
    const [year, month] = key.split('-').map(Number) as [number, number]
    const next = granularity === 'year' ? [year + 1, 1] : month === 12 ? [year + 1, 1] : [year, month + 1]
    return `${next[0]}-${String(next[1]).padStart(2, '0')}-01`
  }
  return shifted(key, granularity === 'day' ? 1 : 7)
}

/** The stretches from the first to the last without a gap, at most so many: the latest. Those of no season are left out. */
export function withGaps(
  periods: readonly Period[],
  granularity: Granularity,
  most: number,
): (Period | string)[] {
  const dated = periods.filter(({ key }) => key !== '')
  const all: (Period | string)[] = []
  for (const period of dated) {
    const before = all.at(-1)
    if (before !== undefined) {
      let key = following(typeof before === 'string' ? before : before.key, granularity)
      while (key < period.key) {
        all.push(key)
        key = following(key, granularity)
      }
    }
    all.push(period)
  }
  return all.slice(-most)
}

/** A day of the calendar. */
export interface CalendarDay {
  races: number
  wins: number
  laps: number
  incidents: number
}

/** The days with races. */
export function calendarOf(rows: readonly RaceRow[]): Map<string, CalendarDay> {
  const days = new Map<string, CalendarDay>()
  for (const { day, race, place } of rows) {
    let known = days.get(day)
    if (!known) days.set(day, (known = { races: 0, wins: 0, laps: 0, incidents: 0 }))
    known.races += 1
    known.laps += race.lapsComplete
    known.incidents += race.incidents
    if (place === 1) known.wins += 1
  }
  return days
}

/** A square of the calendar: the column is the week, the line the day of it, Monday first. */
export interface Square {
  day: string
  week: number
  weekday: number
}

/** Every day of a year. */
export function yearOf(year: number): Square[] {
  const first = Date.UTC(year, 0, 1)
  const shift = (new Date(first).getUTCDay() + 6) % 7
  const count = Math.round((Date.UTC(year + 1, 0, 1) - first) / DAY)
  return Array.from({ length: count }, (_, index) => ({
    day: new Date(first + index * DAY).toISOString().slice(0, 10),
    week: Math.floor((index + shift) / 7),
    weekday: (index + shift) % 7,
  }))
}
