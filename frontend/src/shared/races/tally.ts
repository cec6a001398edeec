import type { Discipline } from '@/shared/api/types'

import { DISCIPLINES } from './filters'
import { byTime, type RaceRow } from './rows'

// The same counts as the server's (`domain::analytics::tally`), over the races that are in memory already: a filter
// answers before a request would have left.

/** Corners a lap, by track in its layout; races on others are left out of incidents per corner. */
export type CornersPerLap = ReadonlyMap<number, number>

/** A sum of values that not every race has. */
export interface Sum {
  races: number
  total: number
}

/** The change of a rating over races of one discipline. Unrated is never a number. */
export interface RatingChange {
  /** Races with a value before and after. */
  races: number
  gain: number
  /** Sum of the falls, as a positive number. */
  loss: number
  /** Before the earliest race. */
  start: number
  /** After the latest. */
  end: number
  first: RaceRow
  last: RaceRow
}

export interface DisciplineTally {
  races: number
  irating: RatingChange | null
  /** Corners per incident, times {@link CPI_SCALE}. */
  cpi: RatingChange | null
}

/** CPI is counted in thousandths, so that sums are exact. */
export const CPI_SCALE = 1000

/** The ratings whose changes are counted. */
export type Rating = 'irating' | 'cpi'

/** Everything that is counted over races. The tallies of parts add up to that of the whole. */
export interface Tally {
  races: number
  /** Races with a place in class: what wins, podiums and top fives are out of. */
  placed: number
  wins: number
  podiums: number
  topFives: number
  poles: number
  finished: number
  clean: number
  finish: Sum
  start: Sum
  /** Start less finish in class, of races that have both. */
  gained: Sum
  incidents: number
  laps: number
  lapsLed: number
  /** Corners driven at tracks whose corners are known, and the incident points there. */
  corners: number
  cornerIncidents: number
  cornerRaces: number
  /** Laps x average lap, 1/10 000 s; only of races that have one. */
  time: Sum
  strength: Sum
  disciplines: Map<Discipline, DisciplineTally>
}

const sum = (): Sum => ({ races: 0, total: 0 })

export function emptyTally(): Tally {
  return {
    races: 0,
    placed: 0,
    wins: 0,
    podiums: 0,
    topFives: 0,
    poles: 0,
    finished: 0,
    clean: 0,
    finish: sum(),
    start: sum(),
    gained: sum(),
    incidents: 0,
    laps: 0,
    lapsLed: 0,
    corners: 0,
    cornerIncidents: 0,
    cornerRaces: 0,
    time: sum(),
    strength: sum(),
    disciplines: new Map(),
  }
}

function add(to: Sum, value: number): void {
  to.races += 1
  to.total += value
}

function change(
  known: RatingChange | null,
  row: RaceRow,
  old: number | null | undefined,
  now: number | null | undefined,
): RatingChange | null {
  if (old == null || now == null || old < 0 || now < 0) return known
  const own = known ?? { races: 0, gain: 0, loss: 0, start: old, end: now, first: row, last: row }
  own.races += 1
  if (now > old) own.gain += now - old
  else own.loss += old - now
  if (byTime(row, own.first) < 0) {
    own.first = row
    own.start = old
  }
  if (byTime(row, own.last) >= 0) {
    own.last = row
    own.end = now
  }
  return own
}

const thousandths = (cpi: number | null | undefined) => (cpi == null ? null : Math.round(cpi * CPI_SCALE))

/** Counts one more race. */
export function record(tally: Tally, row: RaceRow, corners: CornersPerLap): void {
  const { race, place, grid } = row
  tally.races += 1
  if (place !== null) {
    tally.placed += 1
    if (place === 1) tally.wins += 1
    if (place <= 3) tally.podiums += 1
    if (place <= 5) tally.topFives += 1
    add(tally.finish, place)
    if (grid !== null) add(tally.gained, grid - place)
  }
  if (grid !== null) {
    if (grid === 1) tally.poles += 1
    add(tally.start, grid)
  }
  if (row.finished) tally.finished += 1
  if (race.incidents === 0) tally.clean += 1
  tally.incidents += race.incidents
  tally.laps += race.lapsComplete
  tally.lapsLed += race.lapsLed
  const turns = corners.get(race.trackId)
  if (turns) {
    tally.corners += turns * race.lapsComplete
    tally.cornerIncidents += race.incidents
    tally.cornerRaces += 1
  }
  if (race.averageLapTime != null && race.averageLapTime > 0) {
    add(tally.time, race.averageLapTime * race.lapsComplete)
  }
  if (race.strengthOfField != null) add(tally.strength, race.strengthOfField)
  if (race.discipline) {
    let own = tally.disciplines.get(race.discipline)
    if (!own) tally.disciplines.set(race.discipline, (own = { races: 0, irating: null, cpi: null }))
    own.races += 1
    // Elsewhere ratings stand still, or are of another kind of race.
    if (race.kind === 'official') {
      own.irating = change(own.irating, row, race.oldIrating, race.newIrating)
      own.cpi = change(own.cpi, row, thousandths(race.oldCpi), thousandths(race.newCpi))
    }
  }
}

export function tallyOf(rows: Iterable<RaceRow>, corners: CornersPerLap): Tally {
  const tally = emptyTally()
  for (const row of rows) record(tally, row, corners)
  return tally
}

export function mean({ races, total }: Sum): number | null {
  return races === 0 ? null : total / races
}

export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

/** How many of the races with a place in class were wins, podiums or top fives. */
export function ofPlaced(tally: Tally, count: 'wins' | 'podiums' | 'topFives'): number | null {
  return share(tally[count], tally.placed)
}

/** Disciplines with races that moved a rating, in the order that everything is shown in. */
export function ratedDisciplines(tally: Tally, rating: Rating): Discipline[] {
  return DISCIPLINES.filter((discipline) => tally.disciplines.get(discipline)?.[rating])
}

/** The change of a rating, if all rated races are of one discipline; ratings of several are never added up. */
export function onlyRating(tally: Tally, rating: Rating): RatingChange | 'mixed' | null {
  const rated = ratedDisciplines(tally, rating)
  if (rated.length > 1) return 'mixed'
  return rated[0] ? tally.disciplines.get(rated[0])![rating] : null
}
