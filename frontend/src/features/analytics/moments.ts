import type { Discipline } from '@/shared/api/types'
import { licenseClass } from '@/shared/format/rating'
import { earliestFirst } from '@/shared/races/bests'
import type { RaceRow } from '@/shared/races/rows'

import { iracingWeek } from './periods'

const COUNTS = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000]
const LAPS = [100, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000]
const IRATING_STEP = 500
const CLASSES = ['R', 'D', 'C', 'B', 'A', 'P', 'WC']

export type Counted = 'races' | 'wins' | 'podiums' | 'cleanRaces' | 'laps' | 'tracks' | 'cars'

/** Something worth remembering, and the race that it happened in. */
export type Milestone = { start: number; driverRaceId: string } & (
  | { kind: Counted; count: number }
  | { kind: 'firstRace'; discipline: Discipline }
  | { kind: 'irating'; discipline: Discipline; irating: number }
  | { kind: 'license'; discipline: Discipline; license: string }
)

function passed(steps: readonly number[], before: number, after: number): number | undefined {
  return steps.filter((step) => before < step && step <= after).at(-1)
}

/** All milestones, the latest first. Ratings count in official races; the first rating was given, not reached. */
export function milestonesOf(rows: readonly RaceRow[]): Milestone[] {
  const found: Milestone[] = []
  const counts: Record<Counted, number> = {
    races: 0,
    wins: 0,
    podiums: 0,
    cleanRaces: 0,
    laps: 0,
    tracks: 0,
    cars: 0,
  }
  const tracks = new Set<number>()
  const cars = new Set<number>()
  const peaks = new Map<Discipline, { irating: number | null; license: number | null }>()
  for (const { race, start, id, place, finished } of earliestFirst(rows)) {
    const at = { start, driverRaceId: id }
    const count = (kind: Counted, more: number, steps: readonly number[] = COUNTS) => {
      if (more === 0) return
      const step = passed(steps, counts[kind], counts[kind] + more)
      if (step !== undefined) found.push({ ...at, kind, count: step })
      counts[kind] += more
    }
    count('races', 1)
    count('wins', place === 1 ? 1 : 0)
    count('podiums', place !== null && place <= 3 ? 1 : 0)
    count('cleanRaces', race.incidents === 0 && finished ? 1 : 0)
    count('laps', race.lapsComplete, LAPS)
    count('tracks', tracks.has(race.trackId) ? 0 : 1)
    count('cars', cars.has(race.carId) ? 0 : 1)
    tracks.add(race.trackId)
    cars.add(race.carId)

    const { discipline } = race
    if (!discipline) continue
    let peak = peaks.get(discipline)
    if (!peak) {
      peaks.set(discipline, (peak = { irating: null, license: null }))
      found.push({ ...at, kind: 'firstRace', discipline })
    }
    if (race.kind !== 'official') continue
    const before = highest(peak.irating, race.oldIrating)
    peak.irating = highest(before, race.newIrating)
    if (before !== null && peak.irating !== null) {
      const step = Math.floor(peak.irating / IRATING_STEP)
      if (step > Math.floor(before / IRATING_STEP)) {
        found.push({ ...at, kind: 'irating', discipline, irating: step * IRATING_STEP })
      }
    }
    const classBefore = highest(peak.license, classOf(race.oldLicenseLevel))
    peak.license = highest(classBefore, classOf(race.newLicenseLevel))
    if (classBefore !== null && peak.license !== null && peak.license > classBefore) {
      found.push({ ...at, kind: 'license', discipline, license: CLASSES[peak.license]! })
    }
  }
  return found.reverse()
}

function classOf(level: number | null | undefined): number | null {
  const letter = licenseClass(level)
  return letter === null ? null : CLASSES.indexOf(letter)
}

function highest(one: number | null, other: number | null | undefined): number | null {
  if (other == null || other < 0) return one
  return one === null ? other : Math.max(one, other)
}

export const STREAKS = ['finished', 'clean', 'podiums', 'topFives', 'wins', 'iratingGains', 'weeks'] as const
export type StreakKind = (typeof STREAKS)[number]

export interface Streak {
  length: number
  first: number
  last: number
}

export interface Streaks {
  kind: StreakKind
  /** The longest; of several the earliest. */
  longest: Streak | null
  /** The one that the latest race belongs to; weeks go on through the week of `now` and the one after it. */
  current: Streak | null
}

/** Whether a race carries a streak on, ends it, or leaves it alone (`null`). */
function holds(kind: StreakKind, { race, place, finished, irating }: RaceRow): boolean | null {
  const within = (best: number) => place !== null && place <= best
  switch (kind) {
    case 'finished':
      return finished
    case 'clean':
      return finished && race.incidents === 0
    case 'wins':
      return within(1)
    case 'podiums':
      return within(3)
    case 'topFives':
      return within(5)
    case 'iratingGains':
      return irating === null ? null : irating.change > 0
    case 'weeks':
      return true
  }
}

const WEEK = 7 * 86_400_000

/** Streaks of every kind, as of `now`. */
export function streaksOf(rows: readonly RaceRow[], now: number): Streaks[] {
  const races = earliestFirst(rows)
  const weeks = races.map(({ start }) => Date.parse(iracingWeek(start)))
  return STREAKS.map((kind) => {
    let longest: Streak | null = null
    let current: Streak | null = null
    let week = -Infinity
    races.forEach((row, index) => {
      const held = holds(kind, row)
      if (held === null) return
      if (!held) {
        current = null
        return
      }
      const { start } = row
      if (kind === 'weeks') {
        const apart: number = weeks[index]! - week
        week = weeks[index]!
        if (current && apart <= WEEK) {
          current = { ...current, length: current.length + (apart === 0 ? 0 : 1), last: start }
        } else current = { length: 1, first: start, last: start }
      } else {
        current = current
          ? { ...current, length: current.length + 1, last: start }
          : { length: 1, first: start, last: start }
      }
      if (!longest || current.length > longest.length || current.first === longest.first) longest = current
    })
    const goesOn = kind !== 'weeks' || Date.parse(iracingWeek(now)) - week <= WEEK
    return { kind, longest, current: goesOn ? current : null }
  })
}
