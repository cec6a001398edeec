import type { Race } from '@/shared/api/types'
import { badgesOf, type Badge } from '@/shared/format/badges'
import { iratingChange, safetyChange, type IratingChange, type SafetyChange } from '@/shared/format/rating'
import { dayAndHour } from '@/shared/format/time'

/** A race as lists and figures take it: what can be worked out once is worked out. */
export interface RaceRow {
  id: string
  race: Race
  start: number
  /** The day in the driver's zone, `2026-03-01`. */
  day: string
  /** 1 is Monday, 7 is Sunday, in the driver's zone. */
  weekday: number
  /** 0 to 23, in the driver's zone. */
  hour: number
  badges: Badge[]
  multiClass: boolean
  /** Finish in class; where the only class is the whole field, among all. */
  place: number | null
  /** Place on the grid of the class, likewise. */
  grid: number | null
  finished: boolean
  irating: IratingChange | null
  safety: SafetyChange | null
  /** Everything that the text search looks at, in lower case. */
  text: string
}

export function toRow(race: Race, timeZone: string): RaceRow {
  const { day, hour } = dayAndHour(race.startTime, timeZone)
  const multiClass = race.classCount > 1
  return {
    id: race.driverRaceId,
    race,
    start: Date.parse(race.startTime),
    day,
    weekday: ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1,
    hour,
    badges: badgesOf(race),
    multiClass,
    place: race.finishPositionInClass ?? (multiClass ? null : (race.finishPosition ?? null)),
    grid: race.startPositionInClass ?? (multiClass ? null : (race.startPosition ?? null)),
    finished: race.reasonOut === 'Running',
    // Only official races move ratings; elsewhere iRacing repeats the old number.
    irating: race.kind === 'official' ? iratingChange(race) : null,
    safety: race.kind === 'official' ? safetyChange(race) : null,
    text: [
      race.seriesName,
      race.leagueName,
      race.sessionName,
      race.teamName,
      race.trackName,
      race.layout,
      race.carName,
      race.carClassName,
    ]
      .filter(Boolean)
      .join('\n')
      .toLowerCase(),
  }
}

const known = new WeakMap<Race, { row: RaceRow; timeZone: string }>()

/** The rows of races, each worked out once: a career arrives in many pages, and each of them asks for all again. */
export function rowsOf(races: readonly Race[], timeZone: string): RaceRow[] {
  return races.map((race) => {
    const found = known.get(race)
    if (found?.timeZone === timeZone) return found.row
    const row = toRow(race, timeZone)
    known.set(race, { row, timeZone })
    return row
  })
}

/** Puts rows in the order of their start; those that start together by subsession. */
export function byTime(one: RaceRow, other: RaceRow): number {
  return one.start - other.start || one.race.subsessionId - other.race.subsessionId
}

export function trackLabel(race: Pick<Race, 'trackName' | 'layout'>): string {
  return race.layout ? `${race.trackName} – ${race.layout}` : race.trackName
}

/** A race's start, read from its id (`<unix seconds>-<subsession id>`). */
export function startOf(driverRaceId: string): number {
  return Number(driverRaceId.split('-')[0]) * 1000
}
