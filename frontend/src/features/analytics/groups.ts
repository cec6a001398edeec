import type { Discipline } from '@/shared/api/types'
import { trackLabel, type RaceRow } from '@/shared/races/rows'
import {
  CPI_SCALE,
  emptyTally,
  mean,
  onlyRating,
  record,
  share,
  type CornersPerLap,
  type Rating,
  type Tally,
} from '@/shared/races/tally'

export const DIMENSIONS = [
  'series',
  'car',
  'track',
  'discipline',
  'class',
  'weekday',
  'hour',
  'strength',
] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** Those whose values have an order of their own, which a table follows. */
const ORDINAL: readonly Dimension[] = ['weekday', 'hour', 'strength']

export function isOrdinal(dimension: Dimension): boolean {
  return ORDINAL.includes(dimension)
}

/** Width of a band of strength of field. */
export const STRENGTH_BAND = 500

export interface Group {
  /** What its races have in common; `null` where they have no such thing, such as a series in a hosted race. */
  value: number | string | null
  /** The name of its latest race; words of our own (weekdays, disciplines) are up to the page. */
  name: string
  tally: Tally
}

function valueOf(dimension: Dimension, { race, weekday, hour }: RaceRow): number | string | null {
  switch (dimension) {
    case 'series':
      return race.seriesId ?? null
    case 'car':
      return race.carId
    case 'track':
      return race.trackId
    case 'discipline':
      return race.discipline ?? null
    case 'class':
      return race.carClassName || null
    case 'weekday':
      return weekday
    case 'hour':
      return hour
    case 'strength':
      return race.strengthOfField == null
        ? null
        : Math.floor(race.strengthOfField / STRENGTH_BAND) * STRENGTH_BAND
  }
}

function nameOf(dimension: Dimension, { race }: RaceRow): string {
  switch (dimension) {
    case 'series':
      return race.seriesName
    case 'car':
      return race.carName
    case 'track':
      return trackLabel(race)
    case 'class':
      return race.carClassName
    default:
      return ''
  }
}

/** Races by what they have in common. The sums of all groups are those of all races. */
export function groupBy(rows: readonly RaceRow[], dimension: Dimension, corners: CornersPerLap): Group[] {
  const groups = new Map<number | string | null, Group>()
  for (const row of rows) {
    const value = valueOf(dimension, row)
    let group = groups.get(value)
    // Rows come newest first, so what was renamed goes by its latest name.
    if (!group) groups.set(value, (group = { value, name: nameOf(dimension, row), tally: emptyTally() }))
    record(group.tally, row, corners)
  }
  return [...groups.values()]
}

export const COLUMNS = [
  'races',
  'wins',
  'podiums',
  'topFives',
  'start',
  'finish',
  'gained',
  'incidents',
  'incidentsPerLap',
  'incidentsPerCorner',
  'clean',
  'finished',
  'laps',
  'time',
  'strength',
  'irating',
  'cpi',
] as const
export type Column = (typeof COLUMNS)[number]

/** What a column shows and sorts by, per 100 corners where it is by corner; `null` where there is nothing to tell, and sorts last. */
export function figure(column: Column, tally: Tally): number | null {
  switch (column) {
    case 'races':
      return tally.races
    case 'wins':
      return tally.wins
    case 'podiums':
      return tally.podiums
    case 'topFives':
      return tally.topFives
    case 'start':
      return mean(tally.start)
    case 'finish':
      return mean(tally.finish)
    case 'gained':
      return mean(tally.gained)
    case 'incidents':
      return share(tally.incidents, tally.races)
    case 'incidentsPerLap':
      return share(tally.incidents, tally.laps)
    case 'incidentsPerCorner':
      return share(tally.cornerIncidents * 100, tally.corners)
    case 'clean':
      return share(tally.clean, tally.races)
    case 'finished':
      return share(tally.finished, tally.races)
    case 'laps':
      return tally.laps
    case 'time':
      return tally.time.races === 0 ? null : tally.time.total
    case 'strength':
      return mean(tally.strength)
    case 'irating':
    case 'cpi': {
      const rating = onlyRating(tally, column)
      if (rating === null || rating === 'mixed') return null
      return (rating.gain - rating.loss) / (column === 'cpi' ? CPI_SCALE : 1)
    }
  }
}

export function isRating(column: Column): column is Rating {
  return column === 'irating' || column === 'cpi'
}

/** Whether a column has no value because ratings of several disciplines are never added up. */
export function isMixed(column: Column, tally: Tally): boolean {
  return isRating(column) && onlyRating(tally, column) === 'mixed'
}

/** Small is good: begins ascending. */
const ASCENDING_FIRST: readonly (Column | 'value')[] = [
  'value',
  'start',
  'finish',
  'incidents',
  'incidentsPerLap',
  'incidentsPerCorner',
]

export interface GroupSort {
  by: Column | 'value'
  descending: boolean
}

export function firstSort(by: GroupSort['by']): GroupSort {
  return { by, descending: !ASCENDING_FIRST.includes(by) }
}

/** Most races first, or by the values' own order. */
export function usualSort(dimension: Dimension): GroupSort {
  return firstSort(isOrdinal(dimension) ? 'value' : 'races')
}

/** Groups in an order that does not depend on how the races came; `null` is last whatever the direction. */
export function sortGroups(
  groups: readonly Group[],
  dimension: Dimension,
  sort: GroupSort,
  label: (group: Group) => string,
): Group[] {
  const direction = sort.descending ? -1 : 1
  const keyed = groups.map((group) => ({
    group,
    text: label(group),
    key:
      sort.by === 'value'
        ? isOrdinal(dimension)
          ? (group.value as number | null)
          : null
        : figure(sort.by, group.tally),
  }))
  const byName = sort.by === 'value' && !isOrdinal(dimension)
  keyed.sort((a, b) => {
    if (byName) {
      const none = Number(a.group.value === null) - Number(b.group.value === null)
      if (none !== 0) return none
      return direction * a.text.localeCompare(b.text) || compareValues(a.group, b.group)
    }
    if (a.key === null || b.key === null) {
      if (a.key !== b.key) return a.key === null ? 1 : -1
    } else if (a.key !== b.key) return direction * (a.key - b.key)
    return b.group.tally.races - a.group.tally.races || compareValues(a.group, b.group)
  })
  return keyed.map(({ group }) => group)
}

function compareValues(a: Group, b: Group): number {
  if (typeof a.value === 'number' && typeof b.value === 'number') return a.value - b.value
  return String(a.value ?? '') < String(b.value ?? '') ? -1 : 1
}

/** The filter that leaves the races of a group, if there is such a filter. */
export function filterOf(dimension: Dimension, value: number | string | null) {
  if (value === null) return null
  switch (dimension) {
    case 'series':
      return { series: value as number }
    case 'car':
      return { car: value as number }
    case 'track':
      return { track: value as number, venue: '' }
    case 'discipline':
      return { discipline: value as Discipline }
    case 'class':
      return { carClass: value as string }
    default:
      return null
  }
}
